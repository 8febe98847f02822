using System.Diagnostics;
using System.Security.Cryptography;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Fireball.EndToEnd.Tests;

/// <summary>fireball serve, whole: the gRPC API of the published programs over a real sshd.</summary>
public sealed class ServeTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [EndToEndFact]
    public async Task In_front_it_says_where_it_listens_and_ctrl_c_ends_it_in_order()
    {
        await using Bed bed = Bed.On(fixture);
        (Process serve, string socket) = await ServeAsync(bed, "--socket", Path.Combine(bed.Files, "api"));
        using (serve)
        {
            Assert.Equal(Path.Combine(bed.Files, "api"), socket);
            Task<byte[]> errors = Bed.ReadAsync(serve.StandardError.BaseStream);
            await Command.CheckAsync("kill", "-INT", Bed.Text(serve.Id));
            await Bed.WaitAsync(serve);

            Assert.Equal((0, 0), (serve.ExitCode, (await errors).Length));
            Assert.False(File.Exists(socket));
        }
    }

    [EndToEndFact]
    public async Task A_program_runs_commands_and_moves_files_on_three_hosts()
    {
        await using Bed bed = Bed.On(fixture);
        (Process serve, string socket) = await ServeAsync(bed);
        using GrpcChannel channel = GrpcClient.Open(socket);
        var client = new V1.ControllerService.ControllerServiceClient(channel);
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);

        // There by put, through a command, and back by get.
        using (AsyncClientStreamingCall<ControllerPutRequest, ControllerPutResponse> put = client.Put())
        {
            await put.RequestStream.WriteAsync(new ControllerPutRequest
            {
                Start = new ControllerPutStart { Host = Host(bed, "t1"), Path = Bytes("serve-test"), Size = (ulong)content.Length },
            });
            foreach (byte[] chunk in content.Chunk(1024 * 1024))
            {
                await put.RequestStream.WriteAsync(new ControllerPutRequest { Data = ByteString.CopyFrom(chunk) });
            }

            await put.RequestStream.CompleteAsync();
            Assert.Equal((ulong)content.Length, (await put).Size);
        }

        byte[] through = await ExecAsync(client, Host(bed, "t2"), "sh", "-c", "cat serve-test - && rm serve-test.copy 2>&- ; cp serve-test serve-test.copy");
        Assert.Equal([.. content, .. "input"u8], through);
        Assert.Equal(content, await GetAsync(client, Host(bed, "t3"), "serve-test.copy"));

        var run = new RunRequest { Command = new ExecStart { Shell = Bytes("echo here; exit 3") } };
        run.Hosts.AddRange(Enumerable.Range(1, 3).Select(i => Host(bed, $"t{i}")));
        using AsyncServerStreamingCall<RunResponse> running = client.Run(run);
        List<RunResponse> events = await ReadAsync(running.ResponseStream);
        for (uint i = 0; i < 3; i++)
        {
            RunResponse[] own = [.. events.Where(e => e.Host == i)];
            Assert.Equal(("here\n", 3u), (own[1].StdoutData.ToStringUtf8(), own[^1].Exited.ExitCode));
        }

        // The command in front uses the same process and its connections.
        (await bed.ExecAsync("t1", "--", "rm", "serve-test", "serve-test.copy")).Exits(0);
        Assert.Null(bed.BackgroundPid());
        ListHostsResponse hosts = await client.ListHostsAsync(new ListHostsRequest { Ping = true });
        Assert.Equal(3, hosts.Hosts.Count);
        Assert.All(hosts.Hosts, host => Assert.True(host is { State: HostState.Types.State.Connected, RoundTrip.Nanos: > 0 }));
        serve.Dispose();
    }

    [EndToEndFact]
    public async Task A_program_that_dies_leaves_no_process_on_the_host()
    {
        await using Bed bed = Bed.On(fixture);
        (Process serve, string socket) = await ServeAsync(bed);
        string mark = $"sleep 98{Random.Shared.Next(1_000_000, 9_999_999)}";
        using (GrpcChannel channel = GrpcClient.Open(socket))
        {
            using AsyncDuplexStreamingCall<ControllerExecRequest, ControllerExecResponse> call = new V1.ControllerService.ControllerServiceClient(channel).Exec();
            await call.RequestStream.WriteAsync(Start(Host(bed, "t"), mark.Split(' ')));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Single(Processes.With(mark));
        }

        await Until.TrueAsync(() => Processes.With(mark).Count == 0, "the command ends with its caller");
        serve.Dispose();
    }

    [EndToEndFact]
    public async Task The_background_process_has_the_socket_too()
    {
        await using Bed bed = Bed.On(fixture);
        (await bed.ExecAsync("t", "--", "true")).Exits(0);
        using GrpcChannel channel = GrpcClient.Open(Path.Combine(bed.Runtime, "fireball", "grpc.sock"));
        ListHostsResponse hosts = await new V1.ControllerService.ControllerServiceClient(channel).ListHostsAsync(new ListHostsRequest());

        Assert.Equal("t", Assert.Single(hosts.Hosts).Host.Destination);
    }

    [EndToEndFact]
    public async Task What_the_login_user_may_not_read_is_permission_denied_and_a_refused_login_unauthenticated()
    {
        await using Bed bed = Bed.On(fixture);
        (Process serve, string socket) = await ServeAsync(bed);
        using (serve)
        {
            using GrpcChannel channel = GrpcClient.Open(socket);
            var client = new V1.ControllerService.ControllerServiceClient(channel);
            HostSpec withoutKey = Host(bed, "t");
            withoutKey.SshArguments.AddRange(["-o", "PubkeyAuthentication=no"]);
            var unreadable = await Assert.ThrowsAsync<RpcException>(() => GetAsync(client, Host(bed, "t"), "/etc/shadow"));
            var refused = await Assert.ThrowsAsync<RpcException>(() => GetAsync(client, withoutKey, "/etc/hostname"));
            await Command.CheckAsync("kill", "-INT", Bed.Text(serve.Id));
            await Bed.WaitAsync(serve);

            Assert.Equal((StatusCode.PermissionDenied, StatusCode.Unauthenticated), (unreadable.StatusCode, refused.StatusCode));
            Assert.NotNull(refused.Trailers.GetValueBytes("grpc-status-details-bin"));
        }
    }

    [EndToEndFact]
    public async Task Where_one_runs_already_it_says_what_to_do()
    {
        await using Bed bed = Bed.On(fixture);
        (await bed.ExecAsync("t", "--", "true")).Exits(0);
        Run second = (await bed.RunAsync("serve", [])).Exits(255);

        Assert.Contains("fireball stop", second.Error, StringComparison.Ordinal);
        Assert.Contains("--socket", (await bed.RunAsync("serve", ["--help"])).Exits(0).Output, StringComparison.Ordinal);
    }

    private static async Task<(Process Serve, string Socket)> ServeAsync(Bed bed, params string[] arguments)
    {
        const string Listening = "listening on unix://";
        Process serve = bed.Start("serve", arguments);
        string? line = await serve.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit);
        Assert.StartsWith(Listening, line, StringComparison.Ordinal);
        return (serve, line![Listening.Length..]);
    }

    private static HostSpec Host(Bed bed, string name) => new() { Destination = name, SshArguments = { "-F", bed.Config } };

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static ControllerExecRequest Start(HostSpec host, params string[] words)
    {
        var command = new ExecStart { AttachStdin = true };
        command.Argv.AddRange(words.Select(Bytes));
        return new ControllerExecRequest { Start = new ControllerExecStart { Host = host, Command = command } };
    }

    private static async Task<byte[]> ExecAsync(V1.ControllerService.ControllerServiceClient client, HostSpec host, params string[] words)
    {
        using AsyncDuplexStreamingCall<ControllerExecRequest, ControllerExecResponse> call = client.Exec();
        await call.RequestStream.WriteAsync(Start(host, words));
        await call.RequestStream.WriteAsync(new ControllerExecRequest { StdinData = Bytes("input") });
        await call.RequestStream.CompleteAsync();
        List<ControllerExecResponse> responses = await ReadAsync(call.ResponseStream);
        Assert.Equal(0u, responses[^1].Exited.ExitCode);
        return [.. responses.SelectMany(response => response.StdoutData)];
    }

    private static async Task<byte[]> GetAsync(V1.ControllerService.ControllerServiceClient client, HostSpec host, string path)
    {
        using AsyncServerStreamingCall<ControllerGetResponse> call = client.Get(new ControllerGetRequest { Host = host, Path = Bytes(path) });
        return [.. (await ReadAsync(call.ResponseStream)).SelectMany(response => response.Data)];
    }

    private static async Task<List<T>> ReadAsync<T>(IAsyncStreamReader<T> stream)
    {
        using var limit = new CancellationTokenSource(Until.Limit);
        var all = new List<T>();
        while (await stream.MoveNext(limit.Token))
        {
            all.Add(stream.Current);
        }

        return all;
    }
}
