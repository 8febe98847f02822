using Fireball.Deploy;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>Controller.Run, over both ways.</summary>
public sealed class RunCallTests : BedTests
{
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_host_has_its_events_and_a_failure_ends_no_other(string way)
    {
        _bed.Hosts.Refuse = target =>
            target.Destination == "h2" ? new TunnelException(ConnectPhase.Connect, "Connection refused") : null;
        var request = new RunRequest { Command = Bed.Command("a", "b") };
        request.Hosts.AddRange(Enumerable.Range(0, 4).Select(i => Bed.Host($"h{i}")));
        using var call = (await _bed.ClientAsync(way)).Run(request);
        ILookup<uint, RunResponse> events = (await call.ResponseStream.ToListAsync()).ToLookup(response => response.Host);

        foreach (uint host in new uint[] { 0, 1, 3 })
        {
            Assert.Equal(
                [RunResponse.EventOneofCase.Started, RunResponse.EventOneofCase.StdoutData, RunResponse.EventOneofCase.StderrData, RunResponse.EventOneofCase.Exited],
                events[host].Select(response => response.EventCase));
        }

        RunFailure failed = Assert.Single(events[2]).Failed;
        Assert.Equal(((int)StatusCode.Unavailable, "Connection refused", "connect", ""), (failed.Code, failed.Message, failed.Phase, failed.Outcome));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Each_gets_the_same_input_and_not_more_run_than_are_wanted(string way)
    {
        var request = new RunRequest { Command = Bed.Command("cat"), StdinData = ByteString.CopyFromUtf8("for all"), Parallel = 1 };
        request.Hosts.AddRange(Enumerable.Range(0, 5).Select(i => Bed.Host($"h{i}")));
        using var call = (await _bed.ClientAsync(way)).Run(request);
        List<RunResponse> events = await call.ResponseStream.ToListAsync();

        Assert.Equal(Enumerable.Repeat("for all", 5), events.Where(e => e.EventCase == RunResponse.EventOneofCase.StdoutData).Select(e => e.StdoutData.ToStringUtf8()));

        // One at a time: the events of one host are together.
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(i => Enumerable.Repeat((uint)i, 3)), events.Select(e => e.Host));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cancelling_kills_what_runs(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Run(new RunRequest { Hosts = { Bed.Host() }, Command = Bed.Command("hang") });
        await _bed.Agent.Hanging.Task.WaitAsync(Bed.Patience);
        call.Dispose();

        await _bed.Agent.Cancelled.WaitAsync(Bed.Patience);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_caller_that_does_not_read_makes_all_of_them_wait(string way)
    {
        var request = new RunRequest { Command = Bed.Command("flood") };
        request.Hosts.AddRange(Enumerable.Range(0, 8).Select(i => Bed.Host($"h{i}")));
        using var call = (await _bed.ClientAsync(way)).Run(request);
        Assert.True(await call.ResponseStream.MoveNext());

        V1.ControllerService.ControllerServiceClient other = await _bed.ClientAsync(way);
        for (int i = 0; i < 100; i++)
        {
            await other.ListHostsAsync(new ListHostsRequest { Ping = true });
        }

        // For each host a connection's window, of 4 MiB at most; the caller's own besides.
        Assert.InRange(_bed.Agent.Flooded, 0, 64 * 1024 * 1024);
    }
}
