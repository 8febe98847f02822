using System.Text.Json;

namespace Fireball.Cli.Tests;

public sealed class JsonOutputTests
{
    [Theory]
    [InlineData("plain é 漢 😀 <'&>", false)]
    [InlineData("a\u202eb", true)]
    [InlineData("a\u200bb\u2028c\ue000", true)]
    [InlineData("a\U000e0041b", true)]
    public void What_hides_or_reorders_is_escaped_and_means_the_same(string value, bool escaped)
    {
        string json = $"{{\"name\":\"{value}\"}}";
        string text = JsonOutput.EscapeInvisible(json);
        Assert.Equal(escaped, text != json);
        Assert.Equal(value, JsonDocument.Parse(text).RootElement.GetProperty("name").GetString());
        Assert.Equal(escaped, text.All(char.IsAscii));
    }
}
