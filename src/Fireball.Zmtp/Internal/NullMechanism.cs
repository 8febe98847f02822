using System.Buffers;

namespace Fireball.Zmtp;

/// <summary>NULL, RFC 37 "The NULL Security Mechanism": each side sends READY.</summary>
internal sealed class NullMechanism(ZmtpOptions options) : Mechanism(options)
{
    public override void Start(ArrayBufferWriter<byte> output) => WriteMetadata(output, "READY"u8);

    protected override void ProcessStep(Command command, ArrayBufferWriter<byte> output)
    {
        if (!command.Name.SequenceEqual("READY"u8))
        {
            throw Unexpected(command, "READY");
        }

        Complete(command.Data);
    }
}
