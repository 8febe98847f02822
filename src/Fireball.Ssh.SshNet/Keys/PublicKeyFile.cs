using System.Buffers.Binary;
using System.Text;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// The public part of a private key that may be locked: of a file in OpenSSH's own format, where it stands in the clear
/// (openssh-key-v1, PROTOCOL.key of OpenSSH), or of the ".pub" beside.
/// </summary>
internal static class PublicKeyFile
{
    // The longest file read, bytes; OpenSSH's own limit for keys (MAX_KEY_FILE_SIZE).
    private const long MaxSize = 1 << 20;

    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";

    private static readonly byte[] Magic = "openssh-key-v1\0"u8.ToArray();

    /// <summary>The public key that belongs to a private key's file; null: none can be found.</summary>
    internal static byte[]? Find(string path) =>
        ReadText(path) is { } text && (OfPrivateKey(text) ?? OfPublicKey(text)) is { } key
            ? key
            : ReadText(path + ".pub") is { } beside ? OfPublicKey(beside) : null;

    /// <summary>"type base64 comment".</summary>
    internal static byte[]? OfPublicKey(string text)
    {
        string[] words = text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2 && Decode(words[1]) is { } key && KeyBlob.Type(key) == words[0] ? key : null;
    }

    /// <summary>
    /// Between the lines of the armour, in base64:
    /// <code>magic, string cipher, string kdf, string kdf options, uint32 number of keys (1), string public key, ...</code>
    /// </summary>
    internal static byte[]? OfPrivateKey(string text)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin || Decode(text[(begin + Begin.Length)..end]) is not { } bytes || !bytes.AsSpan().StartsWith(Magic))
        {
            return null;
        }

        ReadOnlySpan<byte> rest = bytes.AsSpan(Magic.Length);
        for (int i = 0; i < 3; i++)
        {
            if (!TryReadString(ref rest, out _))
            {
                return null;
            }
        }

        if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) != 1)
        {
            return null;
        }

        rest = rest[4..];
        return TryReadString(ref rest, out var key) && KeyBlob.Type(key) is not null ? key.ToArray() : null;
    }

    private static bool TryReadString(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - 4)
        {
            return false;
        }

        text = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        return true;
    }

    private static byte[]? Decode(string base64)
    {
        byte[] bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? bytes[..length] : null;
    }

    private static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length <= MaxSize ? File.ReadAllText(path, Encoding.Latin1) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
