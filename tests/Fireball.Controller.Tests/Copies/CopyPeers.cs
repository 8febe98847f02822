using System.Net.Sockets;
using Fireball.Agent.Core;
using Fireball.Files;
using Fireball.Rpc;
using Fireball.TestSupport;
using Fireball.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Controller.Tests.Copies;

/// <summary>A file service and its client, on the two ends of a Unix socket.</summary>
internal sealed class CopyPeers : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new("fbcopy");
    private readonly CancellationTokenSource _stop = new();
    private readonly RpcServer _server = new();
    private readonly Task _serving;
    private readonly RpcChannel _channel;

    private CopyPeers(IMessageConnection client, IMessageConnection server, V1.AgentService.AgentServiceBase? service)
    {
        Directory.CreateDirectory(Home);
        V1.AgentService.BindService(_server.Services, service ?? new FilesOnly(new FileService(PathBytes.FromText(Home), null)));
        _serving = _server.ServeAsync(server, "test", _stop.Token);
        _channel = new RpcChannel(client);
        Copy = new FileCopy(_channel.CallInvoker);
    }

    public FileCopy Copy { get; }

    public CallInvoker Invoker => _channel.CallInvoker;

    public string Home => _directory["home"];

    public string Here => _directory.Path;

    public static byte[] Bytes(string path) => PathBytes.FromText(path);

    public static async Task<CopyPeers> StartAsync(V1.AgentService.AgentServiceBase? service = null)
    {
        using var place = new TemporaryDirectory("fbcopy");
        var address = new UnixDomainSocketEndPoint(place["s"]);
        using var listener = NewSocket();
        listener.Bind(address);
        listener.Listen();
        Socket client = NewSocket();
        await client.ConnectAsync(address);
        Socket server = await listener.AcceptAsync();
        Task<ZmtpConnection> accepting = ZmtpConnection.AcceptAsync(
            new NetworkStream(server, ownsSocket: true), new ZmtpOptions { SocketType = Zmtp.SocketType.Router }, default);
        ZmtpConnection connected = await ZmtpConnection.ConnectAsync(
            new NetworkStream(client, ownsSocket: true), new ZmtpOptions { SocketType = Zmtp.SocketType.Dealer }, default);
        return new CopyPeers(connected, await accepting, service);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _stop.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _server.DisposeAsync();
        _stop.Dispose();
        _directory.Dispose();
    }

    private static Socket NewSocket() =>
        new(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);

    private sealed class FilesOnly(FileService files) : V1.AgentService.AgentServiceBase
    {
        public override Task Put(
            IAsyncStreamReader<PutRequest> requestStream,
            IServerStreamWriter<PutResponse> responseStream,
            ServerCallContext context) => files.PutAsync(requestStream, responseStream, context);

        public override Task Get(
            GetRequest request, IServerStreamWriter<GetResponse> responseStream, ServerCallContext context) =>
            files.GetAsync(request, responseStream, context);
    }
}
