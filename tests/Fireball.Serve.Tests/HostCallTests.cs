using Fireball.Deploy;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>Connect, Disconnect, ListHosts, WatchHosts and Shutdown, over both ways.</summary>
public sealed class HostCallTests : BedTests
{
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Connecting_asks_and_tells_and_ends_with_the_host(string way)
    {
        _bed.Hosts.Question = new Question(PromptKind.Secret, "password: ");
        using var call = (await _bed.ClientAsync(way)).Connect();
        HostSpec spec = Bed.Host();
        spec.Interactive = true;
        spec.SshAuthSock = "/their/agent";
        await call.RequestStream.WriteAsync(new ConnectRequest { Host = spec });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("uploading agent, 1.7 MB", call.ResponseStream.Current.Progress);
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal((Prompt.Types.Kind.Secret, "password: "), (call.ResponseStream.Current.Prompt.Kind, call.ResponseStream.Current.Prompt.Text));
        await call.RequestStream.WriteAsync(new ConnectRequest { Answer = new PromptAnswer { Value = "secret" } });
        HostState state = Assert.Single(await call.ResponseStream.ToListAsync()).Connected;

        Assert.Equal("secret", _bed.Hosts.Answer);
        Assert.Equal(
            (HostState.Types.State.Connected, "0.1.0", 42u, Route.Forward, "web1", true),
            (state.State, state.AgentVersion, state.AgentPid, state.Route, state.Key, state.Uploaded));
        Assert.False(state.Host.HasSshAuthSock);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_host_that_never_was_connected_is_not_kept(string way)
    {
        _bed.Hosts.Refuse = _ => new TunnelException(ConnectPhase.Resolve, "no such host");
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        using var call = client.Connect();
        await call.RequestStream.WriteAsync(new ConnectRequest { Host = Bed.Host() });
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync());

        Assert.Equal((StatusCode.FailedPrecondition, "resolve"), (failure.StatusCode, failure.Trailers.GetValue("fireball-phase")));
        Assert.Empty((await client.ListHostsAsync(new ListHostsRequest())).Hosts);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_list_has_each_host_with_its_state_and_a_ping_measures(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        await ExecAsync(client, "a");
        HostState before = Assert.Single((await client.ListHostsAsync(new ListHostsRequest())).Hosts);
        HostState pinged = Assert.Single((await client.ListHostsAsync(new ListHostsRequest { Ping = true })).Hosts);
        HostState after = Assert.Single((await client.ListHostsAsync(new ListHostsRequest())).Hosts);

        Assert.Equal((HostState.Types.State.Connected, null, "zmq"), (before.State, before.RoundTrip, before.Transport));
        Assert.InRange(pinged.RoundTrip.ToTimeSpan(), TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1));
        Assert.Equal(pinged.RoundTrip, after.RoundTrip);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_host_that_is_not_to_be_kept_waits_for_the_first_call_after_it_was_connected(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        HostSpec spec = Bed.Host();
        spec.Persist = new Duration();
        using (var call = client.Connect())
        {
            await call.RequestStream.WriteAsync(new ConnectRequest { Host = spec });
            await call.ResponseStream.ToListAsync();
        }

        _bed.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Single((await client.ListHostsAsync(new ListHostsRequest())).Hosts);
        _bed.Time.Advance(TimeSpan.FromSeconds(1));
        await Until.TrueAsync(async () => (await client.ListHostsAsync(new ListHostsRequest())).Hosts.Count == 0, "it is given up");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_list_comes_in_pages(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        for (int i = 0; i < 5; i++)
        {
            await ExecAsync(client, "a", $"web{i}");
        }

        var pages = new List<string[]>();
        var request = new ListHostsRequest { PageSize = 2 };
        do
        {
            ListHostsResponse response = await client.ListHostsAsync(request);
            pages.Add([.. response.Hosts.Select(host => host.Host.Destination)]);
            request.PageToken = response.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([2, 2, 1], pages.Select(page => page.Length));
        Assert.Equal(["web0", "web1", "web2", "web3", "web4"], pages.SelectMany(page => page).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_page_that_holds_all_is_the_last(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        await ExecAsync(client, "a", "web1");
        await ExecAsync(client, "a", "web2");

        Assert.Empty((await client.ListHostsAsync(new ListHostsRequest { PageSize = 2 })).NextPageToken);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_watch_tells_what_is_there_and_then_each_change(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        await ExecAsync(client, "a");
        using var watch = client.WatchHosts(new WatchHostsRequest());
        WatchHostsResponse first = await NextAsync(watch, _ => true);
        Assert.Equal((HostState.Types.State.Connected, "web1"), (first.Host.State, first.Host.Key));
        Assert.True((await NextAsync(watch, _ => true)).Complete);

        await _bed.Hosts.Sessions[0].BreakAsync("killed");
        await NextAsync(watch, response => response.Host.State == HostState.Types.State.Lost);
        await ExecAsync(client, "a");
        await NextAsync(watch, response => response.Host.State == HostState.Types.State.Connected);
        await client.DisconnectAsync(new DisconnectRequest { Host = Bed.Host() });
        WatchHostsResponse last = await NextAsync(watch, response => response.Removed);

        Assert.Equal("web1", last.Host.Key);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_watch_that_is_not_read_has_one_state_a_host_at_the_end(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        using var watch = client.WatchHosts(new WatchHostsRequest());
        await NextAsync(watch, response => response.Complete);
        for (int i = 0; i < 300; i++)
        {
            await ExecAsync(client, "a");
        }

        WatchHostsResponse last = await NextAsync(
            watch, response => response.Host is { State: HostState.Types.State.Connected, Calls: 0 });
        Assert.Equal("web1", last.Host.Key);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Disconnecting_tells_what_was_killed_and_who_is_not_connected_is_not_found(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        await ExecAsync(client, "a");
        DisconnectResponse response = await client.DisconnectAsync(new DisconnectRequest { Host = Bed.Host() });
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => client.DisconnectAsync(new DisconnectRequest { Host = Bed.Host() }).ResponseAsync);

        Assert.Equal((3u, StatusCode.NotFound), (response.Summary.Killed, failure.StatusCode));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_time_to_keep_that_is_not_given_is_ten_minutes(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        await ExecAsync(client, "a");
        await Until.TrueAsync(async () => (await client.ListHostsAsync(new ListHostsRequest())).Hosts is [{ Calls: 0 }], "the call ends");
        _bed.Time.Advance(TimeSpan.FromMilliseconds(599_000));
        Assert.Equal(0, _bed.Agent.Shutdowns);
        _bed.Time.Advance(TimeSpan.FromMilliseconds(2_000));

        await Until.TrueAsync(() => _bed.Agent.Shutdowns == 1, "the agent is told to go");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Shutdown_answers_ends_what_runs_and_ends_the_process(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        using var watch = client.WatchHosts(new WatchHostsRequest());
        using var call = client.Exec();
        await call.RequestStream.WriteAsync(Bed.Start("hang"));
        await _bed.Agent.Hanging.Task.WaitAsync(Bed.Patience);
        await client.ShutdownAsync(new ControllerShutdownRequest());
        await _bed.Running.WaitAsync(Bed.Patience);

        Assert.Equal(1, _bed.Agent.Shutdowns);
        await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.ToListAsync());
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync());
        Assert.False(File.Exists(_bed.Socket));
    }

    private static async Task ExecAsync(V1.ControllerService.ControllerServiceClient client, string word, string host = "web1")
    {
        using var call = client.Exec();
        ControllerExecRequest start = Bed.Start(word);
        start.Start.Host = Bed.Host(host);
        await call.RequestStream.WriteAsync(start);
        Assert.Equal(4, (await call.ResponseStream.ToListAsync()).Count);
    }

    private static async Task<WatchHostsResponse> NextAsync(
        AsyncServerStreamingCall<WatchHostsResponse> watch, Func<WatchHostsResponse, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Bed.Patience);
        do
        {
            Assert.True(await watch.ResponseStream.MoveNext(limit.Token));
        }
        while (!wanted(watch.ResponseStream.Current));

        return watch.ResponseStream.Current;
    }
}
