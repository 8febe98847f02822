using System.Text;
using Fireball.Linux;

namespace Fireball.Cli.Tests;

public sealed class RawArgumentsTests
{
    [Fact]
    public void Bytes_that_are_no_text_survive()
    {
        byte[] commandLine = [.. "fireball\0put\0a"u8, 0xFF, 0xC3, .. "\0"u8, 0xE2, 0x82, 0xAC, 0];
        string[] arguments = RawArguments.Split(commandLine, ["put", "a\uFFFD\uFFFD", "\u20AC"]);

        Assert.Equal("put", arguments[0]);
        Assert.Equal([(byte)'a', 0xFF, 0xC3], PosixText.Encode(arguments[1]));
        Assert.Equal("\u20AC", arguments[2]);
    }

    [Fact]
    public void Every_sequence_of_bytes_comes_back()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, PosixText.Encode(PosixText.Decode(bytes)));
        }
    }

    [Fact]
    public void Text_is_utf_8()
    {
        const string Text = "na\u00EFve \U0001F525";
        Assert.Equal(Encoding.UTF8.GetBytes(Text), PosixText.Encode(Text));
    }
}
