using System.Buffers.Binary;
using System.Text;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// The messages of the SSH agent protocol (draft-ietf-sshm-ssh-agent) that a client needs. Each is
/// <code>
/// uint32 length, byte type, contents
/// </code>
/// with strings as in RFC 4251, 5: uint32 length and bytes.
/// </summary>
internal static class AgentProtocol
{
    /// <summary>The longest message, bytes without its length: OpenSSH's own limit (AGENT_MAX_LEN).</summary>
    internal const int MaxMessage = 256 << 10;

    /// <summary>SSH_AGENT_RSA_SHA2_256 (5.1 of the draft).</summary>
    internal const uint RsaSha256 = 2;

    /// <summary>SSH_AGENT_RSA_SHA2_512.</summary>
    internal const uint RsaSha512 = 4;

    private const byte Failure = 5;
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;

    /// <summary>SSH_AGENTC_REQUEST_IDENTITIES.</summary>
    internal static byte[] WriteRequestIdentities() => [0, 0, 0, 1, RequestIdentities];

    /// <summary>SSH_AGENTC_SIGN_REQUEST: string key blob, string data, uint32 flags.</summary>
    internal static byte[] WriteSignRequest(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, uint flags)
    {
        byte[] message = new byte[4 + 1 + 4 + key.Length + 4 + data.Length + 4];
        var rest = message.AsSpan();
        WriteLength(ref rest, (uint)message.Length - 4);
        rest[0] = SignRequest;
        rest = rest[1..];
        WriteString(ref rest, key);
        WriteString(ref rest, data);
        WriteLength(ref rest, flags);
        return message;
    }

    /// <summary>The length of the message that these four bytes begin.</summary>
    /// <exception cref="InvalidDataException">It is empty or longer than <see cref="MaxMessage"/>.</exception>
    internal static int ReadLength(ReadOnlySpan<byte> header)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
        return length is > 0 and <= MaxMessage ? (int)length : throw new InvalidDataException($"a message of {length} bytes");
    }

    /// <summary>SSH_AGENT_IDENTITIES_ANSWER: uint32 count, then of each string key blob, string comment.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static IReadOnlyList<AgentIdentity> ReadIdentities(ReadOnlySpan<byte> message)
    {
        var rest = Contents(message, IdentitiesAnswer);
        uint count = ReadUInt32(ref rest);

        // Each takes eight bytes at least; so no count can make the list larger than the message.
        if (count > rest.Length / 8)
        {
            throw new InvalidDataException($"{count} identities in {rest.Length} bytes");
        }

        var list = new List<AgentIdentity>((int)count);
        for (uint i = 0; i < count; i++)
        {
            byte[] key = ReadString(ref rest).ToArray();
            list.Add(new AgentIdentity(key, Encoding.UTF8.GetString(ReadString(ref rest))));
        }

        return list;
    }

    /// <summary>SSH_AGENT_SIGN_RESPONSE: string signature; null: the agent refuses.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    internal static byte[]? ReadSignature(ReadOnlySpan<byte> message)
    {
        if (message is [Failure, ..])
        {
            return null;
        }

        var rest = Contents(message, SignResponse);
        return ReadString(ref rest).ToArray();
    }

    private static ReadOnlySpan<byte> Contents(ReadOnlySpan<byte> message, byte type) =>
        !message.IsEmpty && message[0] == type
            ? message[1..]
            : throw new InvalidDataException(message is [Failure, ..] ? "it failed" : $"a message of another type than {type}");

    private static uint ReadUInt32(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
        {
            throw new InvalidDataException("a message that is cut off");
        }

        uint value = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[4..];
        return value;
    }

    private static ReadOnlySpan<byte> ReadString(ref ReadOnlySpan<byte> rest)
    {
        uint length = ReadUInt32(ref rest);
        if (length > rest.Length)
        {
            throw new InvalidDataException("a message that is cut off");
        }

        var text = rest[..(int)length];
        rest = rest[(int)length..];
        return text;
    }

    private static void WriteLength(ref Span<byte> rest, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(rest, value);
        rest = rest[4..];
    }

    private static void WriteString(ref Span<byte> rest, ReadOnlySpan<byte> text)
    {
        WriteLength(ref rest, (uint)text.Length);
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }
}
