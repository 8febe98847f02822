using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fireball.Linux;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fireball.Files.Tests;

/// <summary>What holds for all paths, and for all names that are shown.</summary>
[Properties(MaxTest = 1000, Replay = "1,3", QuietOnSuccess = true)]
public sealed class TextPropertyTests
{
    private static readonly Regex Piece = new(@"\\x..|\\u\{[0-9a-f]+\}|\\.|[^\\]+", RegexOptions.NonBacktracking);

    // Names in pieces, so that invalid, invisible and escaped ones meet.
    private static Gen<byte[]> Name => Gen.ListOf(Gen.OneOf(
        Gen.Elements("a", "\\", "\\x41", "\\u{41}", "\n", "\u001b[", "\u0085", "\u200b", "\u202e", "\u00a0", "\ue000", "\U000f0000", "ü世🚀")
            .Select(Encoding.UTF8.GetBytes),
        Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value)))).Select(pieces => pieces.SelectMany(piece => piece).ToArray());

    private static Gen<string> Path => Gen.ListOf(Gen.Elements("/", "//", "a", "b", ".", "..", "ü", " ")).Select(string.Concat);

    [Property]
    public Property No_two_names_look_the_same() => Prop.ForAll(
        Name.ToArbitrary(), bytes => Assert.Equal(bytes, Unescape(TerminalText.Escape(bytes))));

    [Property]
    public Property What_is_shown_is_visible_and_at_most_four_characters_a_byte() => Prop.ForAll(
        Name.ToArbitrary(), bytes =>
        {
            string shown = TerminalText.Escape(bytes);
            Assert.InRange(shown.Length, 0, 4 * bytes.Length);
            Assert.All(shown.EnumerateRunes(), rune => Assert.True(
                rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)));
        });

    [Property]
    public void Text_is_shown_as_its_bytes_are(NonNull<string> text) => Assert.Equal(
        TerminalText.Escape(Encoding.UTF8.GetBytes(text.Get)), TerminalText.Escape(text.Get));

    [Property]
    public Property A_path_is_its_directory_and_its_last_component() => Prop.ForAll(
        Path.ToArbitrary(), path =>
        {
            byte[] bytes = PathBytes.FromText(path);
            string name = Encoding.UTF8.GetString(PathBytes.LastComponent(bytes));
            string directory = Encoding.UTF8.GetString(PathBytes.Directory(bytes));
            string[] components = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(components is [.., not ("." or "..")] ? components[^1] : "", name);
            if (name.Length > 0)
            {
                string[] again = Encoding.UTF8.GetString(PathBytes.Combine(PathBytes.FromText(directory), PathBytes.FromText(name)))
                    .Split('/', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(components, components.Length == 1 && !path.StartsWith('/') ? again[1..] : again);
                Assert.Equal(path.StartsWith('/'), directory.StartsWith('/'));
            }
        });

    [Property]
    public Property A_path_is_seen_from_a_directory_unless_it_is_absolute() => Prop.ForAll(
        Path.ToArbitrary(), Path.ToArbitrary(), (directory, path) =>
        {
            string combined = Encoding.UTF8.GetString(PathBytes.Combine(PathBytes.FromText(directory), PathBytes.FromText(path)));
            Assert.Equal(path.StartsWith('/') ? path : System.IO.Path.Join(directory, path), combined);
        });

    // The escapes of TerminalText, read back.
    private static byte[] Unescape(string shown)
    {
        var bytes = new List<byte>();
        for (Match piece = Piece.Match(shown); piece.Success; piece = piece.NextMatch())
        {
            bytes.AddRange(piece.Value switch
            {
                @"\n" => "\n"u8,
                @"\t" => "\t"u8,
                @"\r" => "\r"u8,
                @"\e" => "\u001b"u8,
                @"\\" => "\\"u8,
                ['\\', 'x', ..] => [byte.Parse(piece.Value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)],
                ['\\', 'u', ..] => Encoding.UTF8.GetBytes(new Rune(
                    int.Parse(piece.Value.AsSpan()[3..^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()),
                _ => Encoding.UTF8.GetBytes(piece.Value),
            });
        }

        return [.. bytes];
    }
}
