using BenchmarkDotNet.Attributes;
using Fireball.Rpc;
using Fireball.Zmtp;

namespace Fireball.Microbenchmarks;

/// <summary>
/// One message received and decoded. One read of the stream gives what fits the receive buffer (128 KiB): some 2,000
/// messages of 64 bytes, one of 64 KiB. The copy into that buffer counts, as the kernel's does on a socket.
/// </summary>
public class FrameDecoding
{
    private readonly PayloadDeserializer _deserializer = new();
    private ZmtpConnection _connection = null!;

    /// <summary>Bytes of the frame's body, or of the command's output in the call's message.</summary>
    [Params(64, 4096, 65_536)]
    public int Size { get; set; }

    [GlobalSetup(Target = nameof(Frame))]
    public Task SetUpFramesAsync()
    {
        var body = new byte[Size];
        return SetUpAsync(connection => Messages.WriteFrame(connection, body));
    }

    [GlobalSetup(Target = nameof(CallMessage))]
    public Task SetUpCallMessagesAsync()
    {
        var (serializer, output) = (Messages.Serializer(), Messages.Output(Size));
        return SetUpAsync(connection => Messages.WriteOutput(connection, serializer, output));
    }

    [GlobalCleanup]
    public Task CleanUpAsync() => _connection.DisposeAsync().AsTask();

    /// <summary>A message of one frame; the body's length.</summary>
    [Benchmark]
    public long Frame() => Messages.Read(_connection).First.Length;

    /// <summary>A message as calls send it, up to the protobuf message; the length of the output in it.</summary>
    [Benchmark]
    public long CallMessage()
    {
        var message = Messages.Read(_connection);
        return EnvelopeReader.TryReadPayload(message.First, out var call) && call == Messages.Call
            ? _deserializer.Read(EnvelopeReader.Payload(in message), Messages.Marshaller).StdoutData.Length
            : throw new InvalidOperationException("The envelope is not a payload's.");
    }

    private async Task SetUpAsync(Action<ZmtpConnection> write) =>
        _connection = await Messages.ConnectAsync(new ScriptedPeer(await Messages.EncodeReadfulAsync(write), Messages.ReceiveBufferSize));
}
