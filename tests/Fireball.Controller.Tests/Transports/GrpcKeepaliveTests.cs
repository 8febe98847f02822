using System.Net.Sockets;
using Fireball.TestSupport;
using Fireball.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.Controller.Tests;

/// <summary>A link that loses everything and never ends, with the real limits: they are the product's promise.</summary>
public sealed class GrpcKeepaliveTests
{
    // Three times what the limits add up to.
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task A_dead_agent_is_noticed_and_its_calls_end()
    {
        var agent = new FakeAgent();
        await using GrpcServer server = await GrpcServer.StartAsync(
            application => application.MapGrpcService<FakeAgent>(), services: services => services.AddSingleton(agent));
        await using FreezingStream connection = await ConnectAsync(server.SocketPath);
        await using AgentChannel channel = await AgentTransport.Grpc.StartAsync(connection, CancellationToken.None);
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = new V1.AgentService.AgentServiceClient(channel.Invoker).Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = Hang() });
        await agent.Hanging.Task.WaitAsync(Generous);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

        Task<bool> next = call.ResponseStream.MoveNext(CancellationToken.None);
        connection.Freeze();
        RpcException ended = await Assert.ThrowsAsync<RpcException>(() => next.WaitAsync(Generous));

        // Which of the two is Grpc.Net.Client's choice: it names what broke below it INTERNAL.
        Assert.True(ended.StatusCode is StatusCode.Unavailable or StatusCode.Internal, ended.Status.ToString());
        Assert.Equal("the agent is leaving, or does not answer any more", await channel.Ended.WaitAsync(Generous));
    }

    private static ExecStart Hang()
    {
        var start = new ExecStart();
        start.Argv.Add(Google.Protobuf.ByteString.CopyFromUtf8("hang"));
        return start;
    }

    private static async Task<FreezingStream> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new FreezingStream(new NetworkStream(socket, ownsSocket: true));
    }
}
