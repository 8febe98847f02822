using System.IO.Pipes;
using Fireball.Linux;
using Grpc.Net.Client;

namespace Fireball.Kestrel.Tests;

/// <summary>Two pipes, as ssh gives them to a command: what one side writes the other reads.</summary>
internal sealed class PipePair : IDisposable
{
    private readonly ReactorStream _client;

    public PipePair()
    {
        var (toServer, fromClient) = Open();
        var (toClient, fromServer) = Open();
        ServerInput = new ReactorStream(Reactor.Shared, toServer, output: null);
        ServerOutput = new ReactorStream(Reactor.Shared, input: null, fromServer);
        _client = new ReactorStream(Reactor.Shared, toClient, fromClient);
    }

    public ReactorStream ServerInput { get; }

    public ReactorStream ServerOutput { get; }

    /// <summary>A channel over the one connection that there is.</summary>
    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { ConnectCallback = (_, _) => new ValueTask<Stream>(_client) },
        DisposeHttpClient = true,
    });

    public void Dispose()
    {
        _client.Dispose();
        ServerInput.Dispose();
        ServerOutput.Dispose();
    }

    private static (Descriptor Reading, Descriptor Writing) Open()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        using var reading = pipe.ClientSafePipeHandle;
        using var writing = pipe.SafePipeHandle;
        return (Take(reading), Take(writing));
    }

    private static Descriptor Take(Microsoft.Win32.SafeHandles.SafePipeHandle handle)
    {
        var descriptor = new Descriptor((int)handle.DangerousGetHandle());
        handle.SetHandleAsInvalid();
        return descriptor;
    }
}
