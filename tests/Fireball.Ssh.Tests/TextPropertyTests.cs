using System.Text;
using Fireball.Deploy;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fireball.Ssh.Tests;

/// <summary>What holds for all names of hosts, options of ssh and messages: taken as they are or refused, and safe to show.</summary>
[Properties(MaxTest = 1000, Replay = "1,3", QuietOnSuccess = true)]
public sealed class TextPropertyTests
{
    private static readonly UTF8Encoding WellFormed = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const string Harmless = "abcXYZ019._-";

    /// <summary>What a shell, ssh_config or a terminal acts on, wherever it stands in a destination.</summary>
    private const string Hostile = " ;&|`$()<>\"'*?{}!#~=,^\t\n\r\0\u001b\u007f\u0085\u00a0\u2028\u202e\ue000\ud800";

    private static Gen<string> Name => Text("abcXYZ019", 1).Zip(Text(Harmless)).Select(parts => parts.Item1 + parts.Item2);

    private static Gen<string> Destination =>
        from user in Gen.OneOf(Gen.Constant(""), Name.Select(name => name + "@"), Name.Select(name => "DOMAIN\\" + name + "@"))
        from host in Gen.OneOf(Name, Gen.Constant("192.0.2.1"), Gen.Constant("bücher.example"))
        from port in Gen.Choose(1, 65535)
        from form in Gen.Choose(0, 2)
        select form switch { 0 => user + host, 1 => $"ssh://{user}{host}", _ => $"ssh://{user}{host}:{port}" };

    [Property]
    public Property A_destination_is_kept_as_it_is() => Prop.ForAll(
        Destination.ToArbitrary(), destination => Assert.Equal(destination, SshTarget.Parse(destination).Destination));

    [Property]
    public Property One_hostile_character_anywhere_makes_it_none() => Prop.ForAll(
        Destination.ToArbitrary(), Gen.Elements(Hostile.ToCharArray()).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(),
        (destination, hostile, at) => Refused(destination.Insert(at % (destination.Length + 1), hostile.ToString())));

    [Property]
    public Property Any_text_is_a_destination_without_such_characters_or_refused_in_one_line() => Prop.ForAll(
        Text("ssh://@[]%:-\\" + Harmless + Hostile).ToArbitrary(), text =>
        {
            try
            {
                Assert.Equal(text, SshTarget.Parse(text).Destination);
                Assert.True(text.Length is > 0 and <= SshTarget.MaxLength);
                Assert.False(text.StartsWith('-'));
                Assert.DoesNotContain(text, character => Hostile.Contains(character, StringComparison.Ordinal));
            }
            catch (FormatException)
            {
                Refused(text);
            }
        });

    [Property]
    public Property Options_are_passed_on_as_they_are_or_refused_in_one_line() => Prop.ForAll(
        Gen.ListOf(Gen.OneOf(Gen.Elements("-F", "-o", "-i", "-p", "-J", "-l", "-v", "-4", "-N", "22", "65536", "x", ""), Text("-oFp1 \n\0")))
            .ToArbitrary(),
        options =>
        {
            try
            {
                Assert.Equal(options, SshTarget.Parse("web1", options).Arguments);
            }
            catch (FormatException refusal)
            {
                AssertLine(refusal.Message);
            }
        });

    [Property]
    public Property What_is_printable_is_one_short_line_of_visible_characters() => Prop.ForAll(
        Gen.Resize(Text(Harmless + Hostile + "\u200b\udc00"), 600).ToArbitrary(), text =>
        {
            string line = Printable.Line(text);
            AssertLine(line);

            // 400 characters, the last of which may be the first of "\x10ffff", and "...".
            Assert.InRange(line.Length, Math.Min(text.Length, 400), 399 + 8 + 3);
            Assert.True(text.Any(character => !Harmless.Contains(character, StringComparison.Ordinal)) || text.Length >= 400 || line == text);
        });

    private static void Refused(string destination) =>
        AssertLine(Assert.Throws<FormatException>(() => SshTarget.Parse(destination)).Message);

    private static void AssertLine(string message)
    {
        Assert.InRange(message.Length, 0, 1000);
        Assert.DoesNotContain(message, character => char.IsControl(character) || character is '\u2028' or '\u202e' or '\ue000' or '\u200b');

        // Half a surrogate pair has no bytes.
        Assert.InRange(WellFormed.GetByteCount(message), message.Length, 3 * message.Length);
    }

    private static Gen<string> Text(string characters, int least = 0) =>
        Gen.ArrayOf(Gen.Elements(characters.ToCharArray())).Where(text => text.Length >= least).Select(text => new string(text));
}
