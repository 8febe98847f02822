using System.Buffers;
using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Google.Protobuf;

namespace Fireball.Rpc;

/// <summary>Reads envelopes and checks everything that can be checked without knowing the call.</summary>
internal static class EnvelopeReader
{
    /// <summary>
    /// Recognises a payload envelope as <see cref="EnvelopeWriter"/> writes it, without allocating; false: it may be
    /// any envelope.
    /// </summary>
    internal static bool TryReadPayload(in ReadOnlySequence<byte> frame, out ulong call)
    {
        call = 0;
        var bytes = frame.FirstSpan;
        if (!frame.IsSingleSegment || bytes.Length < 4 || bytes[0] != EnvelopeWriter.CallTag
            || bytes[^2] != EnvelopeWriter.PayloadTag || bytes[^1] != 0)
        {
            return false;
        }

        var varint = bytes[1..^2];
        if (varint.Length > 9 || varint[^1] >= 0x80)
        {
            return false;
        }

        for (var i = 0; i < varint.Length; i++)
        {
            if (i < varint.Length - 1 && varint[i] < 0x80)
            {
                return false;
            }

            call |= (ulong)(varint[i] & 0x7f) << (7 * i);
        }

        return true;
    }

    /// <summary>The call's message: the frames after the first, put together.</summary>
    internal static ReadOnlySequence<byte> Payload(in ReceivedMessage message) =>
        message.Rest is null ? message.Second : FrameSegment.Join(message.Second, message.Rest);

    /// <summary>Reads an envelope of any kind.</summary>
    /// <exception cref="RpcProtocolException">The message breaks a rule of envelope.proto.</exception>
    internal static Envelope Read(in ReceivedMessage message)
    {
        if (message.First.Length > Limits.MaxEnvelopeSize)
        {
            throw new RpcProtocolException(
                $"an envelope of {message.First.Length} bytes is over the limit of {Limits.MaxEnvelopeSize} bytes");
        }

        Envelope envelope;
        try
        {
            envelope = Envelope.Parser.ParseFrom(message.First);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new RpcProtocolException("an envelope cannot be read: " + FailureText.Of(failure), failure);
        }

        var kind = envelope.KindCase;
        if (kind == Envelope.KindOneofCase.Payload ? message.FrameCount == 1 : message.FrameCount > 1)
        {
            throw new RpcProtocolException($"a {kind} message has {message.FrameCount} frames");
        }

        var ofConnection = kind is Envelope.KindOneofCase.Ping or Envelope.KindOneofCase.Pong
            or Envelope.KindOneofCase.GoingAway;
        if (kind == Envelope.KindOneofCase.None || ofConnection != (envelope.Call == 0))
        {
            throw new RpcProtocolException($"an envelope of kind {kind} names call {envelope.Call}");
        }

        return envelope;
    }
}
