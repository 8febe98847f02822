using Fireball.Controller;
using Fireball.Controller.Tests;
using Fireball.Serve.Client;
using Fireball.TestSupport;
using Fireball.V1;
using Grpc.Health.V1;
using Grpc.Net.Client;

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
        ListHostsResponse response = await new V1.Controller.ControllerClient(channel).ListHostsAsync(new ListHostsRequest());

        Assert.Empty(response.Hosts);
        Assert.True(_serve.IsGrpcStarted);
    }

    [Fact]
    public async Task Health_is_served()
    {
        using GrpcChannel channel = GrpcClient.Open(Paths("first").GrpcSocket);
        HealthCheckResponse response = await new Health.HealthClient(channel)
            .CheckAsync(new HealthCheckRequest { Service = "fireball.v1.Controller" });

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
    }

    [Fact]
    public async Task A_process_of_another_build_works_without_the_socket_and_says_so()
    {
        var log = new List<string>();
        await using ServeProcess other = ServeProcess.TryStart(Options("second") with { Log = log.Add })!;

        Assert.Contains("of another build of fireball", Assert.Single(log), StringComparison.Ordinal);
    }

    [Fact]
    public void In_front_a_socket_that_is_taken_is_a_failure()
    {
        ServeOptions options = Options("second");
        var failure = Assert.Throws<IOException>(
            () => ServeProcess.TryStart(options with { Grpc = options.Grpc with { Required = true } }));

        Assert.Contains("of another build of fireball", failure.Message, StringComparison.Ordinal);
    }

    private ServePaths Paths(string build) => new(_directory["run"], "0.0.0", build);

    private ServeOptions Options(string build) => new()
    {
        Paths = Paths(build),
        Grpc = new GrpcOptions { Socket = Paths(build).GrpcSocket },
        Hosts = new FireballOptions { Connector = _hosts, AgentPath = FakeHosts.AgentFile, ConnectAttempts = 1 },
    };
}
