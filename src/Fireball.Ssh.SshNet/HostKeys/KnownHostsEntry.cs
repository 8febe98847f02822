using System.Security.Cryptography;
using System.Text;

namespace Fireball.Ssh.SshNet;

/// <summary>What the first word of a line of known_hosts says of its key.</summary>
internal enum KnownHostsMarker
{
    /// <summary>None: it is the key of these hosts.</summary>
    None,

    /// <summary>"@revoked": never to be accepted.</summary>
    Revoked,

    /// <summary>"@cert-authority": it signs the keys of these hosts.</summary>
    CertificateAuthority,
}

/// <summary>
/// One line of a known_hosts file, sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT":
/// <code>[@marker] hosts keytype base64-key [comment]</code>
/// where hosts is a list of patterns, or the hash of one name: |1|base64 salt|base64 HMAC-SHA1 of the name|.
/// </summary>
internal sealed record KnownHostsEntry(string File, int Line, KnownHostsMarker Marker, string Hosts, string KeyType, byte[] Key)
{
    private const string HashMark = "|1|";

    /// <summary>Parses a line; null: it is blank, a comment or not to be understood, all of which ssh passes over.</summary>
    internal static KnownHostsEntry? Parse(string line, string file, int number)
    {
        string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#'))
        {
            return null;
        }

        var marker = words[0] switch
        {
            "@revoked" => KnownHostsMarker.Revoked,
            "@cert-authority" => KnownHostsMarker.CertificateAuthority,
            ['@', ..] => (KnownHostsMarker?)null,
            _ => KnownHostsMarker.None,
        };
        int first = marker is KnownHostsMarker.None ? 0 : 1;
        if (marker is null || words.Length < first + 3)
        {
            return null;
        }

        byte[] key = new byte[words[first + 2].Length];
        return Convert.TryFromBase64String(words[first + 2], key, out int length) && KeyBlob.Type(key.AsSpan(0, length)) == words[first + 1]
            ? new KnownHostsEntry(file, number, marker.Value, words[first], words[first + 1], key[..length])
            : null;
    }

    /// <summary>A line for a host and its key, with the line's end.</summary>
    internal static string Format(string host, string keyType, ReadOnlySpan<byte> key, byte[]? salt) =>
        $"{(salt is null ? host : HashMark + Convert.ToBase64String(salt) + "|" + Convert.ToBase64String(Hash(salt, host)))}"
        + $" {keyType} {Convert.ToBase64String(key)}\n";

    /// <summary>Whether it is about this host, by the name that known_hosts has for it ("host" or "[host]:port").</summary>
    internal bool Matches(string host)
    {
        if (!Hosts.StartsWith(HashMark, StringComparison.Ordinal))
        {
            return Wildcard.MatchesAny(host, Hosts.ToLowerInvariant().Split(','));
        }

        string[] parts = Hosts[HashMark.Length..].Split('|');
        byte[] salt = new byte[parts[0].Length];
        byte[] hash = new byte[Hosts.Length];
        return parts.Length == 2
            && Convert.TryFromBase64String(parts[0], salt, out int saltLength)
            && Convert.TryFromBase64String(parts[1], hash, out int hashLength)
            && CryptographicOperations.FixedTimeEquals(Hash(salt[..saltLength], host), hash.AsSpan(0, hashLength));
    }

    /// <summary>"ED25519 key in FILE:LINE".</summary>
    public override string ToString() => $"{KeyBlob.ShortType(KeyType)} key in {File}:{Line}";

    // It hides names from readers of the file; nothing rests on SHA-1's strength.
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Security", "CA5350", Justification = "known_hosts is made of HMAC-SHA1 by definition")]
    private static byte[] Hash(byte[] salt, string host) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(host));
}
