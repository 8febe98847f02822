using System.Buffers;
using Fireball.Rpc;
using Fireball.Rpc.V1;
using Fireball.Zmtp;

namespace Fireball.Fuzz;

/// <summary>An envelope: the first byte says how many frames follow it, the rest is the envelope.</summary>
internal static class RpcEnvelopeTarget
{
    internal static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        int frames = 1 + (input[0] % 3);
        var envelope = new ReadOnlySequence<byte>(input, 1, input.Length - 1);
        var payload = new ReadOnlySequence<byte>("payload"u8.ToArray());
        var message = new ReceivedMessage(
            frames,
            envelope,
            frames > 1 ? payload : ReadOnlySequence<byte>.Empty,
            frames > 2 ? [payload] : null);
        FuzzTargets.Require(EnvelopeReader.Payload(in message).Length == payload.Length * (frames - 1), "all frames are in the payload");
        try
        {
            bool isPayload = EnvelopeReader.TryReadPayload(in envelope, out ulong call) && frames > 1 && call != 0;
            Envelope read = EnvelopeReader.Read(in message);
            FuzzTargets.Require(
                !isPayload || (read.KindCase == Envelope.KindOneofCase.Payload && read.Call == call), "the short way reads what the long one does");
            ReadMetadata(read);
        }
        catch (RpcProtocolException e)
        {
            FuzzTargets.RequirePlainLine(e.Message);
        }
    }

    private static void ReadMetadata(Envelope envelope)
    {
        foreach (var entries in new[] { envelope.Start?.Metadata, envelope.Headers?.Metadata, envelope.Trailers?.Metadata })
        {
            foreach (var entry in entries is null ? [] : MetadataCodec.Read(entries))
            {
                if (!entry.IsBinary)
                {
                    FuzzTargets.RequirePlainLine(entry.Key + entry.Value);
                }
            }
        }
    }
}
