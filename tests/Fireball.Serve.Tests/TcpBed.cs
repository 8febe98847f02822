using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Fireball.Controller;
using Fireball.Programs;
using Fireball.TestSupport;
using Grpc.Net.Client;

namespace Fireball.Serve.Tests;

/// <summary>A process that serves on TCP, on a port of its own, with made-up hosts behind it.</summary>
internal sealed class TcpBed : IAsyncDisposable
{
    private readonly FakeHosts _hosts = new(new FakeAgent());
    private readonly ServeProcess _serve;
    private readonly Task _running;

    private TcpBed(TemporaryDirectory directory, TcpOptions tcp)
    {
        // A place of its own: the lock of one that has just ended is held on by any process that another test is starting.
        var paths = new ServePaths(directory[$"run-{Guid.NewGuid():N}"], "0.0.0", "test");
        Socket = paths.GrpcSocket;
        _serve = ServeProcess.TryStart(new ServeOptions
        {
            Paths = paths,
            Grpc = new GrpcOptions { Socket = paths.GrpcSocket },
            Tcp = tcp,
            Hosts = new FireballOptions { Connector = _hosts, AgentDirectory = FakeHosts.AgentDirectory, ConnectAttempts = 1 },
        })!;
        _running = _serve.RunAsync(CancellationToken.None);
    }

    /// <summary>The API's socket for callers on this machine.</summary>
    public string Socket { get; }

    public Uri Address => new(_serve.TcpAddress!);

    public static TcpOptions WithTls((string Certificate, string Key) server, string clientAuthority) =>
        new(new IPEndPoint(IPAddress.Loopback, 0), new TlsFiles(server.Certificate, server.Key, clientAuthority), TokenFile: null);

    public static TcpOptions WithToken(string tokenFile) => new(new IPEndPoint(IPAddress.Loopback, 0), Tls: null, tokenFile);

    public static async Task<TcpBed> StartAsync(TemporaryDirectory directory, TcpOptions tcp)
    {
        var bed = new TcpBed(directory, tcp);
        try
        {
            await bed._serve.StartGrpcAsync(CancellationToken.None);
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that trusts this authority and shows this certificate, if any.</summary>
    public GrpcChannel Open(string? authority = null, (string Certificate, string Key)? client = null)
    {
        var handler = new SocketsHttpHandler();
        if (authority is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
        }

        if (client is var (certificate, key))
        {
            var shown = X509Certificate2.CreateFromPemFile(certificate, key);
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => shown;
        }

        return GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    /// <summary>Reads until the other side closes, in order or not.</summary>
    public static async Task ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Reset: ended as well.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _serve.DisposeAsync();
        await _running;
        await _hosts.DisposeAsync();
    }
}
