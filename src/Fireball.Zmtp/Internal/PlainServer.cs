using System.Buffers;

namespace Fireball.Zmtp;

/// <summary>The server of PLAIN, RFC 24: HELLO comes, WELCOME goes; INITIATE comes, READY goes.</summary>
internal sealed class PlainServer(ZmtpOptions options) : Mechanism(options)
{
    private bool _welcomed;

    public override void Start(ArrayBufferWriter<byte> output)
    {
        // The client speaks first.
    }

    protected override void ProcessStep(Command command, ArrayBufferWriter<byte> output)
    {
        if (!_welcomed)
        {
            if (!command.Name.SequenceEqual("HELLO"u8))
            {
                throw Unexpected(command, "HELLO");
            }

            if (!TryParseHello(command.Data, out var username, out var password))
            {
                throw Violation("the peer's HELLO is malformed");
            }

            if (!Options.PlainValidator!(username, password))
            {
                throw new ZmtpException("the peer's user name or password is wrong")
                {
                    ReasonForPeer = "Invalid username or password",
                };
            }

            _welcomed = true;
            WriteCommand(output, "WELCOME"u8, []);
            return;
        }

        if (!command.Name.SequenceEqual("INITIATE"u8))
        {
            throw Unexpected(command, "INITIATE");
        }

        Complete(command.Data);
        WriteMetadata(output, "READY"u8);
    }

    /// <summary>The data of HELLO: a length byte and the user name, a length byte and the password, nothing more.</summary>
    internal static bool TryParseHello(
        ReadOnlySpan<byte> data, out ReadOnlySpan<byte> username, out ReadOnlySpan<byte> password)
    {
        username = password = default;
        if (data.IsEmpty || data.Length < 1 + data[0] + 1)
        {
            return false;
        }

        username = data.Slice(1, data[0]);
        data = data[(1 + data[0])..];
        password = data[1..];
        return password.Length == data[0];
    }
}
