using System.Net.Sockets;
using Fireball.Controller;
using Fireball.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Contract = Fireball.V1.AgentService;

namespace Fireball.Agent.Core.Tests;

/// <summary>The gRPC agent's secret, which every call shows as metadata.</summary>
public sealed class GrpcSecretTests
{
    public static TheoryData<string?> WrongOnes => [null, "", "Bearer", "Bearer 00", "Basic Zm9v", "bearer " + new string('0', 64)];

    [Theory]
    [MemberData(nameof(WrongOnes))]
    public async Task Without_it_every_call_is_unauthenticated_and_the_owner_is_served(string? authorization)
    {
        await using var agent = await AgentProcess.StartAsync(transport: AgentTransport.Grpc);
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, _) => new NetworkStream(await ConnectAsync(agent), ownsSocket: true) };
        using var channel = GrpcChannel.ForAddress("http://agent", new GrpcChannelOptions { HttpHandler = handler });
        var client = new Contract.AgentServiceClient(channel);
        var headers = new Metadata();
        if (authorization is not null)
        {
            headers.Add("authorization", authorization);
        }

        foreach (var call in new Func<Task>[]
        {
            () => client.PingAsync(new PingRequest(), headers).ResponseAsync,
            () => client.ShutdownAsync(new ShutdownRequest(), headers).ResponseAsync,
            () => client.Exec(headers).ResponseStream.MoveNext(CancellationToken.None),
        })
        {
            var e = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(AgentProcess.Patience));
            Assert.Equal(StatusCode.Unauthenticated, e.StatusCode);
        }

        await using var owner = await agent.ConnectAsync();
        Assert.Equal("served\n", (await owner.RunAsync(AgentClient.Shell("echo served"))).Text);
    }

    [Fact]
    public async Task A_connection_that_does_not_show_it_is_closed_in_time()
    {
        await using var agent = await AgentProcess.StartAsync(transport: AgentTransport.Grpc);
        using var silent = await ConnectAsync(agent);
        var received = new byte[64];
        var total = 0;
        while (await silent.ReceiveAsync(received.AsMemory(total)).AsTask().WaitAsync(AgentProcess.Patience) is > 0 and var count)
        {
            total += count;
        }

        // An empty SETTINGS frame, unasked, and nothing else.
        Assert.Equal("000000040000000000", Convert.ToHexString(received, 0, total));
    }

    private static async Task<Socket> ConnectAsync(AgentProcess agent)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(agent.Socket));
        return socket;
    }
}
