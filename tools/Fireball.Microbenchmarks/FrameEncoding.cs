using BenchmarkDotNet.Attributes;
using Fireball.Rpc;
using Fireball.V1;
using Fireball.Zmtp;

namespace Fireball.Microbenchmarks;

/// <summary>One message encoded into a connection's send buffer, and the buffer handed to the stream.</summary>
public class FrameEncoding
{
    private readonly ScriptedPeer _peer = new([], 0);
    private readonly PayloadSerializer _serializer = Messages.Serializer();
    private byte[] _body = [];
    private ExecResponse _output = new();
    private ZmtpConnection _connection = null!;

    /// <summary>Bytes of the frame's body, or of the command's output in the call's message.</summary>
    [Params(64, 4096, 65_536)]
    public int Size { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        (_body, _output) = (new byte[Size], Messages.Output(Size));
        _connection = await Messages.ConnectAsync(_peer);
    }

    [GlobalCleanup]
    public Task CleanUpAsync() => _connection.DisposeAsync().AsTask();

    /// <summary>A message of one frame; the bytes that were sent.</summary>
    [Benchmark]
    public long Frame()
    {
        var before = _peer.BytesReceived;
        Messages.WriteFrame(_connection, _body);
        Messages.Flush(_connection);
        return _peer.BytesReceived - before;
    }

    /// <summary>A message as calls send it, protobuf included: an envelope frame, a payload frame; the bytes that were sent.</summary>
    [Benchmark]
    public long CallMessage()
    {
        var before = _peer.BytesReceived;
        Messages.WriteOutput(_connection, _serializer, _output);
        Messages.Flush(_connection);
        return _peer.BytesReceived - before;
    }
}
