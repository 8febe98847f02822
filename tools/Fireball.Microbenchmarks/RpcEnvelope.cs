using System.Buffers;
using BenchmarkDotNet.Attributes;
using Fireball.Rpc;
using Fireball.Rpc.V1;
using Fireball.Zmtp;

namespace Fireball.Microbenchmarks;

/// <summary>The first frame of a call's messages, without the connection that carries it.</summary>
public class RpcEnvelope
{
    private readonly FrameBodies _frame = new(256);
    private ReceivedMessage _start;
    private ReceivedMessage _payload;

    [GlobalSetup]
    public void SetUp()
    {
        WriteStart();
        _start = new ReceivedMessage(1, Copy(), ReadOnlySequence<byte>.Empty);
        WritePayload();
        _payload = new ReceivedMessage(2, Copy(), ReadOnlySequence<byte>.Empty);
    }

    /// <summary>What opens a call without deadline and metadata; the frame's length.</summary>
    [Benchmark]
    public long WriteStart()
    {
        _frame.Clear();
        EnvelopeWriter.Any(_frame, new Envelope
        {
            Call = Messages.Call,
            Start = new Start { Method = "/fireball.v1.AgentService/Exec", InitialCredit = 256 * 1024 },
        });
        return _frame.Written.Length;
    }

    /// <summary>The same, read and checked; the call's number.</summary>
    [Benchmark]
    public long ReadStart() => (long)EnvelopeReader.Read(in _start).Call;

    /// <summary>What precedes a message of a call; the frame's length.</summary>
    [Benchmark]
    public long WritePayload()
    {
        _frame.Clear();
        EnvelopeWriter.Payload(_frame, Messages.Call);
        return _frame.Written.Length;
    }

    /// <summary>The same, read; the call's number.</summary>
    [Benchmark]
    public long ReadPayload() => EnvelopeReader.TryReadPayload(_payload.First, out var call) ? (long)call : -1;

    private ReadOnlySequence<byte> Copy() => new(_frame.Written.ToArray());
}
