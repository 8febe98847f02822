using System.Net;
using System.Net.Sockets;
using Fireball.TestSupport;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>TCP with mutual TLS: who is served and who is not.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new("fbtls");

    public void Dispose() => _directory.Dispose();

    [RequiresFact("openssl")]
    public async Task A_client_with_a_certificate_of_the_authority_is_served_and_no_other()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        CertificateAuthority foreign = await CertificateAuthority.CreateAsync(_directory, "foreign");
        await using TcpBed bed = await TcpBed.StartAsync(
            _directory, TcpBed.WithTls(await ours.IssueAsync("server", "serverAuth"), ours.Certificate));

        Assert.Equal(StatusCode.OK, await AskAsync(bed, ours, await ours.IssueAsync("good", "clientAuth")));
        Assert.Equal(StatusCode.Unavailable, await AskAsync(bed, ours, client: null));
        Assert.Equal(StatusCode.Unavailable, await AskAsync(bed, ours, await foreign.IssueAsync("foreigner", "clientAuth")));
        Assert.Equal(StatusCode.Unavailable, await AskAsync(bed, ours, await ours.IssueAsync("expired", "clientAuth", days: -1)));
        Assert.Equal(StatusCode.Unavailable, await AskAsync(bed, ours, await ours.IssueAsync("a-server", "serverAuth")));
        Assert.Equal(StatusCode.Unavailable, await AskAsync(bed, ours, await ours.IssueAsync("anything", usage: null)));
        Assert.Equal(StatusCode.OK, await AskAsync(bed, ours, await ours.IssueAsync("another", "clientAuth")));
    }

    [RequiresFact("openssl", "/usr/lib/python3/dist-packages/grpc/__init__.py")]
    public async Task Grpcio_is_served_with_a_certificate_and_not_without()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        CertificateAuthority foreign = await CertificateAuthority.CreateAsync(_directory, "foreign");
        (string certificate, string key) = await ours.IssueAsync("client", "clientAuth");
        (string foreignCertificate, string foreignKey) = await foreign.IssueAsync("foreigner", "clientAuth");
        await using TcpBed bed = await TcpBed.StartAsync(
            _directory, TcpBed.WithTls(await ours.IssueAsync("server", "serverAuth"), ours.Certificate));
        string[] call = [Path.Combine(AppContext.BaseDirectory, "peers", "tls.py"), bed.Address.Authority, ours.Certificate];

        Assert.Equal("OK\n", await Command.CheckAsync("/usr/bin/python3", [.. call, certificate, key]));
        Assert.Equal("UNAVAILABLE\n", await Command.CheckAsync("/usr/bin/python3", call));
        Assert.Equal("UNAVAILABLE\n", await Command.CheckAsync("/usr/bin/python3", [.. call, foreignCertificate, foreignKey]));
    }

    [RequiresFact("openssl")]
    public async Task Old_TLS_and_other_protocols_than_HTTP_2_are_refused()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        (string certificate, string key) = await ours.IssueAsync("client", "clientAuth");
        await using TcpBed bed = await TcpBed.StartAsync(
            _directory, TcpBed.WithTls(await ours.IssueAsync("server", "serverAuth"), ours.Certificate));
        string[] client = ["s_client", "-connect", bed.Address.Authority, "-cert", certificate, "-key", key, "-CAfile", ours.Certificate];

        Command.Outcome modern = await Command.RunAsync("openssl", [.. client, "-tls1_2", "-alpn", "h2"], input: "");
        Assert.Contains("ALPN protocol: h2", modern.Output, StringComparison.Ordinal);
        Command.Outcome old = await Command.RunAsync("openssl", [.. client, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], input: "");
        Assert.NotEqual(0, old.ExitCode);
        Command.Outcome other = await Command.RunAsync("openssl", [.. client, "-alpn", "http/1.1"], input: "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.DoesNotContain("200", other.Output, StringComparison.Ordinal);
    }

    [RequiresFact("openssl")]
    public async Task A_handshake_that_does_not_go_on_is_ended_and_others_are_served_meanwhile()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        TcpOptions options = TcpBed.WithTls(await ours.IssueAsync("server", "serverAuth"), ours.Certificate) with
        {
            AdmissionTimeout = TimeSpan.FromSeconds(2),
        };
        await using TcpBed bed = await TcpBed.StartAsync(_directory, options);
        Socket[] silent = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(bed.Address.Host, bed.Address.Port);
            return socket;
        }));

        Assert.Equal(StatusCode.OK, await AskAsync(bed, ours, await ours.IssueAsync("good", "clientAuth")));
        foreach (Socket socket in silent)
        {
            await TcpBed.ReadToEndAsync(socket).WaitAsync(Patience);
            socket.Dispose();
        }
    }

    [RequiresFact("openssl")]
    public async Task Silent_connections_from_one_address_take_no_place_from_another()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        TcpOptions options = TcpBed.WithTls(await ours.IssueAsync("server", "serverAuth"), ours.Certificate) with
        {
            // None leaves for its silence while the test runs.
            AdmissionTimeout = TimeSpan.FromMinutes(10),
        };
        await using TcpBed bed = await TcpBed.StartAsync(_directory, options);
        int more = options.MaxConnections + 50;
        Socket[] silent = [.. Enumerable.Range(0, more).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];
        Task[] ends = [.. silent.Select(async socket =>
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            try
            {
                await socket.ConnectAsync(bed.Address.Host, bed.Address.Port);
            }
            catch (SocketException)
            {
                // Closed before it was told that it is connected.
                return;
            }

            await TcpBed.ReadToEndAsync(socket);
        })];

        // Those beyond the address's places are closed, the others stay.
        for (int closed = 0; closed < more - options.MaxUnauthenticatedPerAddress; closed++)
        {
            Task ended = await Task.WhenAny(ends).WaitAsync(Patience);
            ends = [.. ends.Where(end => end != ended)];
        }

        Assert.Equal(StatusCode.OK, await AskAsync(bed, ours, await ours.IssueAsync("good", "clientAuth")));
        Assert.Equal(options.MaxUnauthenticatedPerAddress, ends.Count(end => !end.IsCompleted));
        foreach (Socket socket in silent)
        {
            socket.Dispose();
        }
    }

    [RequiresFact("openssl")]
    public async Task Remote_callers_give_no_options_to_ssh_and_do_not_end_the_process()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        await using TcpBed bed = await TcpBed.StartAsync(
            _directory, TcpBed.WithTls(await ours.IssueAsync("server", "serverAuth"), ours.Certificate));
        using var channel = bed.Open(ours.Certificate, await ours.IssueAsync("client", "clientAuth"));
        var client = new V1.ControllerService.ControllerServiceClient(channel);
        var options = new HostSpec { Destination = "web1", SshArguments = { "-o", "ProxyCommand=touch /tmp/x" } };
        var agent = new HostSpec { Destination = "web1", SshAuthSock = "/tmp/agent" };

        await DeniedAsync("host.ssh_arguments", client.DisconnectAsync(new DisconnectRequest { Host = options }).ResponseAsync);
        using var connect = client.Connect();
        await DeniedAsync("host.ssh_arguments", AskAsync(connect.RequestStream, new ConnectRequest { Host = options }, () => connect.ResponseStream.MoveNext()));
        using var run = client.Run(new RunRequest { Hosts = { new HostSpec { Destination = "web1" }, options } });
        await DeniedAsync("hosts[1].ssh_arguments", run.ResponseStream.MoveNext());
        using var exec = client.Exec();
        await DeniedAsync(
            "start.host.ssh_auth_sock",
            AskAsync(exec.RequestStream, new ControllerExecRequest { Start = new ControllerExecStart { Host = agent } }, () => exec.ResponseStream.MoveNext()));
        using var put = client.Put();
        await DeniedAsync(
            "start.host.ssh_arguments",
            AskAsync(put.RequestStream, new ControllerPutRequest { Start = new ControllerPutStart { Host = options } }, () => put.ResponseAsync));
        using var get = client.Get(new ControllerGetRequest { Host = agent });
        await DeniedAsync("host.ssh_auth_sock", get.ResponseStream.MoveNext());
        await DeniedAsync("Shutdown", client.ShutdownAsync(new ControllerShutdownRequest()).ResponseAsync);
        await client.ListHostsAsync(new ListHostsRequest());
    }

    [RequiresFact("openssl")]
    public async Task Remote_callers_are_not_told_what_local_ones_said_to_ssh()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        await using TcpBed bed = await TcpBed.StartAsync(
            _directory, TcpBed.WithTls(await ours.IssueAsync("server", "serverAuth"), ours.Certificate));
        using var here = GrpcClient.Open(bed.Socket);
        var local = new V1.ControllerService.ControllerServiceClient(here);
        HostSpec[] hosts =
        [
            new() { Destination = "web0" },
            new() { Destination = "web1", SshArguments = { "-i", "/home/me/private" } },
            new() { Destination = "web2" },
        ];
        using (var run = local.Run(new RunRequest { Hosts = { hosts }, Command = Bed.Command("true") }))
        {
            await run.ResponseStream.ReadAllAsync().CountAsync();
        }

        using var channel = bed.Open(ours.Certificate, await ours.IssueAsync("client", "clientAuth"));
        var remote = new V1.ControllerService.ControllerServiceClient(channel);
        ListHostsResponse first = await remote.ListHostsAsync(new ListHostsRequest { PageSize = 1 });
        ListHostsResponse second = await remote.ListHostsAsync(new ListHostsRequest { PageSize = 1, PageToken = first.NextPageToken });
        using var watch = remote.WatchHosts(new WatchHostsRequest());
        var told = new List<string>();
        while (await watch.ResponseStream.MoveNext() && !watch.ResponseStream.Current.Complete)
        {
            told.Add(watch.ResponseStream.Current.Host.Host.Destination);
        }

        Assert.Equal(3, (await local.ListHostsAsync(new ListHostsRequest())).Hosts.Count);
        Assert.Equal(("web0", "web2", ""), (first.Hosts.Single().Host.Destination, second.Hosts.Single().Host.Destination, second.NextPageToken));
        Assert.DoesNotContain("private", first.NextPageToken, StringComparison.Ordinal);
        Assert.Equal(["web0", "web2"], told.Order(StringComparer.Ordinal));
    }

    [RequiresFact("openssl")]
    public async Task A_key_that_others_may_read_and_files_that_are_none_are_named()
    {
        CertificateAuthority ours = await CertificateAuthority.CreateAsync(_directory, "ours");
        (string Certificate, string Key) server = await ours.IssueAsync("server", "serverAuth");
        (string Certificate, string Key) other = await ours.IssueAsync("other", "serverAuth");
        (string Certificate, string Key) expired = await ours.IssueAsync("expired", "serverAuth", days: -1);
        string rubbish = _directory.Write("rubbish", "rubbish");

        await RefusedAsync($"{rubbish} holds no certificate", (rubbish, server.Key), ours.Certificate);
        await RefusedAsync($"{rubbish} holds no certificate", server, rubbish);
        await RefusedAsync($"{_directory["none"]}: No such file", (server.Certificate, _directory["none"]), ours.Certificate);
        await RefusedAsync("none", server, _directory["none"]);
        await RefusedAsync("is not a file", (server.Certificate, _directory.Path), ours.Certificate);
        await RefusedAsync("is not the private key", (server.Certificate, other.Key), ours.Certificate);
        await RefusedAsync("is not the private key", (server.Certificate, rubbish), ours.Certificate);
        await RefusedAsync("expired on ", expired, ours.Certificate);
        File.SetUnixFileMode(server.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await RefusedAsync("is open to other users (mode 640); chmod 600 it", server, ours.Certificate);
    }

    private static async Task<StatusCode> AskAsync(TcpBed bed, CertificateAuthority authority, (string Certificate, string Key)? client)
    {
        using var channel = bed.Open(authority.Certificate, client);
        try
        {
            await new V1.ControllerService.ControllerServiceClient(channel).ListHostsAsync(new ListHostsRequest(), deadline: DateTime.UtcNow + Patience);
            return StatusCode.OK;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Internal)
        {
            // How far our handshake had come when the other side refused it is a race.
            return StatusCode.Unavailable;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    /// <summary>The answer may come before the request has been written; it is the same for both.</summary>
    private static async Task AskAsync<T>(IClientStreamWriter<T> requests, T request, Func<Task> answer)
    {
        await requests.WriteAsync(request);
        await answer();
    }

    private static async Task DeniedAsync(string field, Task call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.PermissionDenied, failure.StatusCode);
        Assert.StartsWith(field + ":", failure.Status.Detail, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string words, (string Certificate, string Key) server, string clientAuthority)
    {
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => TcpBed.StartAsync(_directory, TcpBed.WithTls(server, clientAuthority)));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }
}
