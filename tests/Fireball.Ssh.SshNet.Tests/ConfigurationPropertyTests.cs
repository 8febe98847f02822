using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>What holds for all lines of ssh_config and known_hosts, and for all patterns.</summary>
[Properties(MaxTest = 1000, Replay = "1,3", QuietOnSuccess = true)]
public sealed class ConfigurationPropertyTests
{
    private static Gen<byte[]> Bytes => Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value));

    // A type's name and what belongs to the type.
    private static Gen<(string Type, byte[] Blob)> Key => Gen.Elements("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256").Zip(Bytes)
        .Select(key => (key.Item1, (byte[])[0, 0, 0, (byte)key.Item1.Length, .. key.Item1.Select(character => (byte)character), .. key.Item2]));

    [Property]
    public Property A_pattern_fits_what_a_regular_expression_of_the_same_meaning_fits() => Prop.ForAll(
        Text("ab.").ToArbitrary(), Text("ab.*?").ToArbitrary(), (text, pattern) =>
        {
            string expression = $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}\\z";
            Assert.Equal(Regex.IsMatch(text, expression, RegexOptions.NonBacktracking | RegexOptions.Singleline), Wildcard.Matches(text, pattern));
        });

    [Property]
    public Property A_list_fits_by_one_pattern_and_by_none_that_excludes() => Prop.ForAll(
        Text("ab").ToArbitrary(), Gen.ListOf(Text("!ab*?")).ToArbitrary(), (text, patterns) =>
        {
            bool isExcluded = patterns.Any(pattern => pattern.StartsWith('!') && Wildcard.Matches(text, pattern.AsSpan(1)));
            bool isIncluded = patterns.Any(pattern => !pattern.StartsWith('!') && Wildcard.Matches(text, pattern));
            Assert.Equal(isIncluded && !isExcluded, Wildcard.MatchesAny(text, patterns));
        });

    [Property]
    public Property A_known_host_is_read_as_it_was_written_and_is_no_other() => Prop.ForAll(
        Key.Zip(Gen.OneOf(Gen.Constant<byte[]?>(null), Bytes.Select(byte[]? (salt) => salt))).ToArbitrary(),
        HostName.ToArbitrary(),
        HostName.ToArbitrary(),
        (how, host, other) =>
        {
            ((string type, byte[] blob), byte[]? salt) = how;
            string line = KnownHostsEntry.Format(host, type, blob, salt);
            Assert.EndsWith("\n", line, StringComparison.Ordinal);
            KnownHostsEntry entry = KnownHostsEntry.Parse(line.TrimEnd('\n'), "file", 7)!;
            Assert.Equal((KnownHostsMarker.None, type, 7), (entry.Marker, entry.KeyType, entry.Line));
            Assert.Equal(blob, entry.Key);
            Assert.True(entry.Matches(host));
            Assert.Equal(host == other, entry.Matches(other));
        });

    [Property]
    public Property Any_line_of_known_hosts_is_an_entry_or_passed_over() => Prop.ForAll(
        Gen.ListOf(Gen.OneOf(
            Gen.Elements("@revoked", "@cert-authority", "#", "ssh-ed25519", "|1|", "AAAAC3NzaC1lZDI1NTE5AAAA", "=", "|", " ", "\t", "web*,!web1"),
            Text("|1=@# abA*\0\u20ac"))).Select(string.Concat).ToArbitrary(),
        line =>
        {
            if (KnownHostsEntry.Parse(line, "file", 1) is { } entry)
            {
                Assert.Equal(entry.KeyType, KeyBlob.Type(entry.Key));
                Assert.False(entry.Matches("no such host") && !entry.Hosts.Contains('*', StringComparison.Ordinal));
            }
        });

    [Property]
    public Property Quoted_arguments_are_read_as_they_were_written() => Prop.ForAll(
        Text("ab \t#='\"\\\u20ac").NonEmptyListOf().ToArbitrary(), arguments =>
        {
            IEnumerable<string> quoted = arguments.Select(argument =>
                '"' + argument.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"');
            Assert.Equal(arguments, ConfigLine.Parse($"Keyword {string.Join(' ', quoted)}", "here")!.Arguments);
        });

    [Property]
    public Property Any_line_of_a_configuration_is_one_or_blank_or_refused_with_its_place() => Prop.ForAll(
        Text("ab \t#=\"'\\\0\r\f\u20ac").ToArbitrary(), text =>
        {
            try
            {
                if (ConfigLine.Parse(text, "here") is { } line)
                {
                    Assert.NotEmpty(line.Arguments);
                    Assert.Equal(line.Keyword, line.Keyword.ToLowerInvariant());
                }
                else
                {
                    Assert.Matches(@"^[ \t\r\f]*(#|\z)", text);
                }
            }
            catch (FormatException refusal)
            {
                Assert.StartsWith("here: ", refusal.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(refusal.Message, char.IsControl);
            }
        });

    private static Gen<string> HostName => Gen.OneOf(
        Gen.Elements("a", "web1", "web2", "[web1]:2222", "[web1]:22", "::1"),
        Text("ab1.-").Where(name => name.Length > 0));

    private static Gen<string> Text(string characters) =>
        Gen.ArrayOf(Gen.Elements(characters.ToCharArray())).Select(text => new string(text));
}
