using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// Writes envelopes as frames. The kinds without content are written by hand, because they are most of the traffic:
/// field 1 (call) as tag 0x08 and a varint, then the kind's tag and length 0.
/// </summary>
internal static class EnvelopeWriter
{
    internal const byte CallTag = (1 << 3) | 0;
    internal const byte PayloadTag = (4 << 3) | 2;
    internal const byte HalfCloseTag = (5 << 3) | 2;
    private const byte CancelTag = (6 << 3) | 2;

    internal static void Payload(IMessageWriter writer, ulong call) => Empty(writer, call, PayloadTag, more: true);

    internal static void HalfClose(IMessageWriter writer, ulong call) => Empty(writer, call, HalfCloseTag, more: false);

    internal static void Cancel(IMessageWriter writer, ulong call) => Empty(writer, call, CancelTag, more: false);

    /// <summary>Writes an envelope of any kind.</summary>
    /// <exception cref="RpcException">The envelope is over the limit: too much metadata.</exception>
    internal static void Any(IMessageWriter writer, Envelope envelope)
    {
        var size = envelope.CalculateSize();
        if (size > Limits.MaxEnvelopeSize)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"metadata of {size} bytes is over the limit of {Limits.MaxEnvelopeSize} bytes"));
        }

        writer.BeginFrame(size, more: false);
        envelope.WriteTo(writer.GetSpan(size)[..size]);
        writer.Advance(size);
    }

    private static void Empty(IMessageWriter writer, ulong call, byte kindTag, bool more)
    {
        Span<byte> frame = stackalloc byte[1 + 10 + 2];
        frame[0] = CallTag;
        var length = 1;
        for (; call >= 0x80; call >>= 7)
        {
            frame[length++] = (byte)(call | 0x80);
        }

        frame[length++] = (byte)call;
        frame[length++] = kindTag;
        frame[length++] = 0;
        writer.BeginFrame(length, more);
        frame[..length].CopyTo(writer.GetSpan(length));
        writer.Advance(length);
    }
}
