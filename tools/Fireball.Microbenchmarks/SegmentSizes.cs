using BenchmarkDotNet.Attributes;
using Fireball.Zmtp;

namespace Fireball.Microbenchmarks;

/// <summary>
/// The same bytes, 31 messages of a call with 4 KiB of output each (125 KiB together), in pieces of several sizes. Time
/// and memory are those of one message.
/// </summary>
public class SegmentSizes
{
    private const int MessageCount = 31;

    private ZmtpConnection _connection = null!;

    /// <summary>The most bytes that one read of the stream gives; 128 KiB is all of them at once.</summary>
    [Params(Messages.ReceiveBufferSize, 65_536, 4096, 64, 1)]
    public int Segment { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var (serializer, output) = (Messages.Serializer(), Messages.Output(4096));
        var script = await Messages.EncodeAsync(MessageCount, connection => Messages.WriteOutput(connection, serializer, output));
        _connection = await Messages.ConnectAsync(new ScriptedPeer(script, Segment));
    }

    [GlobalCleanup]
    public Task CleanUpAsync() => _connection.DisposeAsync().AsTask();

    /// <summary>Messages of two frames; the bytes in all their frames.</summary>
    [Benchmark(OperationsPerInvoke = MessageCount)]
    public long Decode()
    {
        long bytes = 0;
        for (var i = 0; i < MessageCount; i++)
        {
            var message = Messages.Read(_connection);
            bytes += message.First.Length + message.Second.Length;
        }

        return bytes;
    }
}
