using System.Net.Sockets;
using Fireball.Controller;
using Fireball.Linux;
using Fireball.Programs;
using Fireball.TestSupport;
using Fireball.V1;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using Alpha = Grpc.Reflection.V1Alpha;

namespace Fireball.Serve.Tests;

/// <summary>The gRPC socket: who gets it, who may use it, and when the server behind it starts.</summary>
public sealed class GrpcSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new("fbserve");
    private readonly FakeHosts _hosts = new(new FakeAgent());
    private ServeProcess _serve = null!;
    private Task _running = Task.CompletedTask;

    public Task InitializeAsync()
    {
        _serve = ServeProcess.TryStart(Options("first"))!;
        _running = _serve.RunAsync(CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _serve.DisposeAsync();
        await _running.WaitAsync(Patience);
        await _hosts.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_server_starts_with_the_first_connection()
    {
        Assert.False(_serve.IsGrpcStarted);
        using GrpcChannel channel = GrpcClient.Open(Paths("first").GrpcSocket);
        ListHostsResponse response = await new V1.ControllerService.ControllerServiceClient(channel).ListHostsAsync(new ListHostsRequest());

        Assert.Empty(response.Hosts);
        Assert.True(_serve.IsGrpcStarted);
    }

    [Fact]
    public async Task Health_is_served()
    {
        using GrpcChannel channel = GrpcClient.Open(Paths("first").GrpcSocket);
        HealthCheckResponse response = await new Health.HealthClient(channel)
            .CheckAsync(new HealthCheckRequest { Service = "fireball.v1.ControllerService" });

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
    }

    [Fact]
    public async Task Reflection_is_served_in_both_versions()
    {
        using var channel = GrpcClient.Open(Paths("first").GrpcSocket);
        using var v1 = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await v1.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await v1.ResponseStream.MoveNext(CancellationToken.None));
        using var alpha = new Alpha.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await alpha.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileContainingSymbol = "fireball.v1.ControllerService" });
        Assert.True(await alpha.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Contains("fireball.v1.ControllerService", v1.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));
        Assert.NotEmpty(alpha.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public async Task A_process_of_another_build_works_without_the_socket_and_says_so()
    {
        var log = new RecordingLogger();
        await using ServeProcess other = ServeProcess.TryStart(Options("second") with { Logger = log })!;

        Assert.Contains("of another build of fireball", Assert.Single(log.TakeAll()), StringComparison.Ordinal);
    }

    [Fact]
    public void In_front_a_socket_that_is_taken_is_a_failure()
    {
        ServeOptions options = Options("second");
        var failure = Assert.Throws<IOException>(
            () => ServeProcess.TryStart(options with { Grpc = options.Grpc with { Required = true } }));

        Assert.Contains("of another build of fireball", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_dead_process_left_is_replaced()
    {
        string path = _directory["stale"];
        UnixListener.Bind(Reactor.Shared, path).Dispose();

        Assert.True(File.Exists(path));
        ServeOptions options = Options("second");
        await using ServeProcess serve = ServeProcess.TryStart(
            options with { Grpc = new GrpcOptions { Socket = path, Required = true } })!;
        Task running = serve.RunAsync(CancellationToken.None);
        using GrpcChannel channel = GrpcClient.Open(path);
        await new V1.ControllerService.ControllerServiceClient(channel).ShutdownAsync(new ControllerShutdownRequest());

        await running.WaitAsync(Patience);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task What_is_no_socket_is_left_alone()
    {
        string path = _directory["precious"];
        await File.WriteAllTextAsync(path, "mine");
        ServeOptions options = Options("second");
        var failure = Assert.Throws<IOException>(
            () => ServeProcess.TryStart(options with { Grpc = new GrpcOptions { Socket = path, Required = true } }));

        Assert.Contains("is no socket", failure.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public void A_socket_that_another_program_listens_on_is_left_to_it()
    {
        string path = _directory["other"];
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(path));
        other.Listen();
        ServeOptions options = Options("second");
        var failure = Assert.Throws<IOException>(
            () => ServeProcess.TryStart(options with { Grpc = new GrpcOptions { Socket = path, Required = true } }));

        Assert.Contains("another program listens", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [RequiresFact("root", "setpriv", "python3")]
    public async Task Another_user_gets_nothing_even_where_the_directory_is_opened()
    {
        string socket = Paths("first").GrpcSocket;
        File.SetUnixFileMode(_directory["run"], (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(socket, (UnixFileMode)0b111_111_111);
        Command.Outcome outcome = await Command.RunAsync(
            "setpriv",
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c",
                "import socket,sys; s=socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1]); print(len(s.recv(1)))",
                socket,
            ]);

        Assert.Equal((0, "0\n"), (outcome.ExitCode, outcome.Output));
        Assert.False(_serve.IsGrpcStarted);
    }

    private ServePaths Paths(string build) => new(_directory["run"], "0.0.0", build);

    private ServeOptions Options(string build) => new()
    {
        Paths = Paths(build),
        Grpc = new GrpcOptions { Socket = Paths(build).GrpcSocket },
        Hosts = new FireballOptions { Connector = _hosts, AgentDirectory = FakeHosts.AgentDirectory, ConnectAttempts = 1 },
    };
}
