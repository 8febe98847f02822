using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fireball.Ssh.SshNet;

/// <summary>A public key as it is on the wire (RFC 4253, 6.6): string type, then what belongs to the type.</summary>
internal static class KeyBlob
{
    // The longest name of an algorithm is 64 characters (RFC 4251, 6).
    private const int MaxName = 64;

    /// <summary>Its type ("ssh-ed25519"); null: it has none that can be read.</summary>
    internal static string? Type(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 4)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(blob);
        return length is > 0 and <= MaxName && length <= blob.Length - 4
            && !blob.Slice(4, (int)length).ContainsAnyExceptInRange((byte)'!', (byte)'~')
                ? Encoding.ASCII.GetString(blob.Slice(4, (int)length))
                : null;
    }

    /// <summary>What a person knows the type as: "ED25519", "ECDSA", "RSA".</summary>
    internal static string ShortType(string type) => type switch
    {
        "ssh-ed25519" => "ED25519",
        "ssh-rsa" => "RSA",
        "ssh-dss" => "DSA",
        _ when type.StartsWith("ecdsa-sha2-", StringComparison.Ordinal) => "ECDSA",
        _ => type,
    };

    /// <summary>"SHA256:..." as ssh-keygen -l prints it.</summary>
    internal static string Fingerprint(ReadOnlySpan<byte> blob) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');

    /// <summary>
    /// The algorithms that sign with a key of this type, best first (RFC 8332 for RSA, whose SHA-1 is left out).
    /// </summary>
    internal static IReadOnlyList<string> Algorithms(string type) => type switch
    {
        "ssh-rsa" => ["rsa-sha2-512", "rsa-sha2-256"],
        "ssh-dss" => [],
        _ => [type],
    };
}
