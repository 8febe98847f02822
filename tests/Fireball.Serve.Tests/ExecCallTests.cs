using Fireball.Deploy;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>Controller.Exec, over both ways.</summary>
public sealed class ExecCallTests : BedTests
{
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Started_comes_first_and_exited_last(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("a", "b"));
        List<ControllerExecResponse> responses = await call.ResponseStream.ToListAsync();

        Assert.Equal(
            [ControllerExecResponse.StepOneofCase.Started, ControllerExecResponse.StepOneofCase.StdoutData, ControllerExecResponse.StepOneofCase.StderrData, ControllerExecResponse.StepOneofCase.Exited],
            responses.Select(response => response.StepCase));
        Assert.Equal((7u, "a b", "err", 2u), (
            responses[0].Started.Pid, responses[1].StdoutData.ToStringUtf8(), responses[2].StderrData.ToStringUtf8(), responses[3].Exited.ExitCode));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Input_and_output_stream_both_ways_at_once(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("cat"));
        Assert.True(await call.ResponseStream.MoveNext());
        for (int i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(new ControllerExecRequest { StdinData = ByteString.CopyFromUtf8($"line {i}") });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal($"line {i}", call.ResponseStream.Current.StdoutData.ToStringUtf8());
        }

        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal(1u, call.ResponseStream.Current.Exited.ExitCode);
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Input_ends_with_end_stdin_too(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("cat"));
        await call.RequestStream.WriteAsync(new ControllerExecRequest { StdinData = ByteString.CopyFromUtf8("x") });
        await call.RequestStream.WriteAsync(new ControllerExecRequest { EndStdin = new EndStdin() });
        List<ControllerExecResponse> responses = await call.ResponseStream.ToListAsync();

        Assert.Equal(("x", 1u), (responses[1].StdoutData.ToStringUtf8(), responses[2].Exited.ExitCode));
    }

    [Theory]
    [InlineData("zmtp", "missing", StatusCode.NotFound)]
    [InlineData("grpc", "missing", StatusCode.NotFound)]
    [InlineData("zmtp", "forbidden", StatusCode.PermissionDenied)]
    [InlineData("grpc", "forbidden", StatusCode.PermissionDenied)]
    [InlineData("zmtp", "twice", StatusCode.AlreadyExists)]
    [InlineData("grpc", "twice", StatusCode.AlreadyExists)]
    [InlineData("zmtp", "slow", StatusCode.DeadlineExceeded)]
    [InlineData("grpc", "slow", StatusCode.DeadlineExceeded)]
    public async Task What_the_agent_refuses_has_its_status(string way, string word, StatusCode expected)
    {
        RpcException failure = await FailAsync(await _bed.ClientAsync(way), Bed.Start(word));

        Assert.Equal(expected, failure.StatusCode);
        Assert.DoesNotContain(" at Fireball", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_host_that_cannot_be_reached_is_unavailable_with_the_step(string way)
    {
        _bed.Hosts.Refuse = _ => new TunnelException(ConnectPhase.Authenticate, "Permission denied (publickey)");
        RpcException failure = await FailAsync(await _bed.ClientAsync(way), Bed.Start("a"));

        Assert.Equal((StatusCode.Unauthenticated, "Permission denied (publickey)"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal("authenticate", failure.Trailers.GetValue("fireball-phase"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_connection_lost_during_a_command_is_an_unknown_outcome(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("hang"));
        await _bed.Agent.Hanging.Task.WaitAsync(Bed.Patience);
        await _bed.Hosts.Sessions[0].BreakAsync("killed");
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync());

        Assert.Equal((StatusCode.Unknown, "unknown"), (failure.StatusCode, failure.Trailers.GetValue("fireball-outcome")));
        Assert.Equal(1, _bed.Agent.Started);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_outcome_that_the_agent_still_knows_is_told(string way)
    {
        _bed.Agent.OnOutcome = () => new OutcomeResponse
        {
            State = OutcomeResponse.Types.State.Exited, Exited = new ExecExited { ExitCode = 3 },
        };
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("hang"));
        await _bed.Agent.Hanging.Task.WaitAsync(Bed.Patience);
        await _bed.Hosts.Sessions[0].BreakAsync("killed");
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync());

        Assert.Equal((StatusCode.Unknown, "exited"), (failure.StatusCode, failure.Trailers.GetValue("fireball-outcome")));
        Assert.Contains("status 3", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_deadline_kills_the_command(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);

        // The server starts with the first connection, which the deadline is not to pay for.
        await client.ListHostsAsync(new ListHostsRequest());
        using var call = client.Exec(deadline: DateTime.UtcNow.AddSeconds(2));
        await call.RequestStream.WriteAsync(Bed.Start("hang"));
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync());

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await _bed.Agent.Cancelled.WaitAsync(Bed.Patience);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cancelling_kills_the_command(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("hang"));
        await _bed.Agent.Hanging.Task.WaitAsync(Bed.Patience);
        call.Dispose();

        await _bed.Agent.Cancelled.WaitAsync(Bed.Patience);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_caller_that_dies_leaves_no_command_behind(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("hang"));
        await _bed.Agent.Hanging.Task.WaitAsync(Bed.Patience);
        await _bed.KillClientAsync(way);

        await _bed.Agent.Cancelled.WaitAsync(Bed.Patience);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_caller_that_does_not_read_stops_its_own_command_and_no_other(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Exec();
        await call.RequestStream.WriteAsync(Bed.Start("flood"));
        Assert.True(await call.ResponseStream.MoveNext());

        // Each of these takes a round trip over the very connection to the agent that the flood fills.
        V1.ControllerService.ControllerServiceClient other = await _bed.ClientAsync(way);
        for (int i = 0; i < 200; i++)
        {
            using var next = other.Exec();
            await next.RequestStream.WriteAsync(Bed.Start("a"));
            Assert.Equal(4, (await next.ResponseStream.ToListAsync()).Count);
        }

        // The windows of the two connections in between, of 4 MiB at most, and what is under way.
        Assert.InRange(_bed.Agent.Flooded, 0, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task Two_hundred_clients_at_once_are_served()
    {
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (i, cancel) =>
        {
            using var channel = GrpcClient.Open(_bed.Socket);
            using var call = new V1.ControllerService.ControllerServiceClient(channel).Exec(cancellationToken: cancel);
            await call.RequestStream.WriteAsync(Bed.Start("cat"), cancel);
            await call.RequestStream.WriteAsync(new ControllerExecRequest { StdinData = ByteString.CopyFromUtf8($"client {i}") }, cancel);
            await call.RequestStream.CompleteAsync();
            List<ControllerExecResponse> responses = await call.ResponseStream.ToListAsync();
            Assert.Equal($"client {i}", string.Concat(responses.Select(response => response.StdoutData.ToStringUtf8())));
        });

        Assert.Equal((200, 1), (_bed.Agent.Started, _bed.Hosts.Attempts));
    }

    internal static async Task<RpcException> FailAsync(V1.ControllerService.ControllerServiceClient client, params ControllerExecRequest[] requests)
    {
        using var call = client.Exec();
        foreach (ControllerExecRequest request in requests)
        {
            await call.RequestStream.WriteAsync(request);
        }

        return await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync());
    }
}
