using System.Buffers;

namespace Fireball.Zmtp;

/// <summary>The client of PLAIN, RFC 24: HELLO, then on WELCOME INITIATE, then READY comes.</summary>
internal sealed class PlainClient(ZmtpOptions options) : Mechanism(options)
{
    private bool _welcomed;

    public override void Start(ArrayBufferWriter<byte> output)
    {
        var username = Options.Credentials!.Username;
        var password = Options.Credentials.Password;
        WriteCommand(
            output, "HELLO"u8, [(byte)username.Length, .. username, (byte)password.Length, .. password]);
    }

    protected override void ProcessStep(Command command, ArrayBufferWriter<byte> output)
    {
        if (!_welcomed)
        {
            if (!command.Name.SequenceEqual("WELCOME"u8) || !command.Data.IsEmpty)
            {
                throw Unexpected(command, "an empty WELCOME");
            }

            _welcomed = true;
            WriteMetadata(output, "INITIATE"u8);
            return;
        }

        if (!command.Name.SequenceEqual("READY"u8))
        {
            throw Unexpected(command, "READY");
        }

        Complete(command.Data);
    }
}
