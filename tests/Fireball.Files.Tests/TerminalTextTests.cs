using System.Text;
using Fireball.Linux;

namespace Fireball.Files.Tests;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain name.txt", "plain name.txt")]
    [InlineData("\u001b[31mred\u001b[0m", @"\e[31mred\e[0m")]
    [InlineData("\u001b]0;title\u0007", @"\e]0;title\x07")]
    [InlineData("\u009b2J", @"\u{9b}2J")]
    [InlineData("a\nb\rc\td", @"a\nb\rc\td")]
    [InlineData("back\\slash", @"back\\slash")]
    [InlineData("over\bwritten\u007f", @"over\x08written\x7f")]
    [InlineData("gpj\u202etxt", @"gpj\u{202e}txt")]
    [InlineData("zero\u200bwidth", @"zero\u{200b}width")]
    [InlineData("no\u00a0break", @"no\u{a0}break")]
    [InlineData("Grüße 世界 🚀", "Grüße 世界 🚀")]
    [InlineData("private \ue000", @"private \u{e000}")]
    [InlineData("\u2028line", @"\u{2028}line")]
    public void Escapes_what_a_terminal_would_act_on(string text, string expected)
    {
        Assert.Equal(expected, TerminalText.Escape(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected, TerminalText.Escape(text));
    }

    [Fact]
    public void Bytes_that_are_not_text_are_shown_as_numbers()
    {
        Assert.Equal(@"a\xff\xc3b", TerminalText.Escape([(byte)'a', 0xff, 0xc3, (byte)'b']));
        Assert.Equal(@"\xe4\xb8", TerminalText.Escape([0xe4, 0xb8]));
        Assert.Equal(@"\x00", TerminalText.Escape([0]));
    }

    [Fact]
    public void No_byte_string_puts_a_control_character_on_the_terminal()
    {
        var random = new Random(3);
        byte[] bytes = new byte[64];
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            Assert.DoesNotContain(TerminalText.Escape(bytes), char.IsControl);
        }
    }
}
