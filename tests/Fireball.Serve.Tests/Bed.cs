using Microsoft.Extensions.Time.Testing;
using Fireball.Controller;
using Fireball.Programs;
using Fireball.Serve.Client;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Fireball.Serve.Tests;

/// <summary>A serving process in this one, with made-up hosts that have real files, and clients over both of its ways.</summary>
internal sealed class Bed : IAsyncDisposable
{
    /// <summary>Turns a hang into a failure; nothing here takes more than a second on an idle machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new("fbserve");
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<ServeClient> _clients = [];

    public Bed()
    {
        Home = _directory["home"];
        Directory.CreateDirectory(Home);
        Agent = new FakeFileAgent(Home);
        Hosts = new FakeHosts(Agent);
        var paths = new ServePaths(_directory["run"], "0.0.0", "test");
        Socket = paths.GrpcSocket;
        Paths = paths;
        Serve = ServeProcess.TryStart(new ServeOptions
        {
            Paths = paths,
            Grpc = new GrpcOptions { Socket = Socket },
            TimeProvider = Time,
            Hosts = new FireballOptions { Connector = Hosts, AgentDirectory = FakeHosts.AgentDirectory, ConnectAttempts = 1 },
        })!;
        Running = Serve.RunAsync(CancellationToken.None);
    }

    /// <summary>The ways to the service, for theories.</summary>
    public static TheoryData<string> Ways { get; } = ["zmtp", "grpc"];

    public FakeTimeProvider Time { get; } = new();

    public FakeFileAgent Agent { get; }

    public FakeHosts Hosts { get; }

    public ServeProcess Serve { get; }

    public ServePaths Paths { get; }

    public Task Running { get; }

    public string Socket { get; }

    /// <summary>The login user's home directory on all of the hosts.</summary>
    public string Home { get; }

    /// <summary>Calls of any kind, right or wrong, on the connection of the client made last.</summary>
    public CallInvoker Invoker { get; private set; } = null!;

    /// <summary>A client with a connection of its own.</summary>
    public async Task<V1.ControllerService.ControllerServiceClient> ClientAsync(string way)
    {
        if (way == "grpc")
        {
            GrpcChannel channel = GrpcClient.Open(Socket);
            _channels.Add(channel);
            Invoker = channel.CreateCallInvoker();
            return new V1.ControllerService.ControllerServiceClient(channel);
        }

        ServeClient client = await ServeClient.OpenAsync(ServeSocket.TryConnect(Paths.Socket)!, CancellationToken.None);
        _clients.Add(client);
        Invoker = client.Invoker;
        return new V1.ControllerService.ControllerServiceClient(client.Invoker);
    }

    /// <summary>The client made last is gone, as when its process has died.</summary>
    public async Task KillClientAsync(string way)
    {
        if (way == "grpc")
        {
            _channels[^1].Dispose();
        }
        else
        {
            await _clients[^1].DisposeAsync();
        }
    }

    public static HostSpec Host(string name = "web1") => new() { Destination = name };

    public static ExecStart Command(params string[] words)
    {
        var start = new ExecStart { AttachStdin = words is ["cat"] };
        start.Argv.AddRange(words.Select(ByteString.CopyFromUtf8));
        return start;
    }

    public static ControllerExecRequest Start(params string[] words) =>
        new() { Start = new ControllerExecStart { Host = Host(), Command = Command(words) } };

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        foreach (ServeClient client in _clients)
        {
            await client.DisposeAsync();
        }

        await Serve.DisposeAsync();
        await Running.WaitAsync(Patience);
        await Hosts.DisposeAsync();
        _directory.Dispose();
    }
}
