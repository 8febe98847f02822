// Fireball from .NET: connect, run with streaming input and output, copy, many hosts, cancel, deadline.
//
//   fireball serve &
//   dotnet run --project tools/examples/dotnet -- web1 web2 web3      (-F /PATH/TO/FILE before the hosts: another ssh_config)
using System.Net.Sockets;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

string[] ssh = args is ["-F", var file, ..] ? ["-F", file] : [];
HostSpec[] hosts = [.. args.Skip(ssh.Length).Select(name => new HostSpec { Destination = name, SshArguments = { ssh } })];
using GrpcChannel channel = Open();
var fireball = new ControllerService.ControllerServiceClient(channel);
await ConnectAsync(hosts[0]);
await StreamAsync(hosts[0]);
await CopyAsync(hosts[0], ByteString.CopyFromUtf8(string.Concat(Enumerable.Repeat("hello ", 100_000))));
await RunEverywhereAsync();
using (var cancel = new CancellationTokenSource())
{
    await SleepAsync(hosts[0], new CallOptions(cancellationToken: cancel.Token), started: cancel.Cancel);
}

await SleepAsync(hosts[0], new CallOptions(deadline: DateTime.UtcNow.AddSeconds(1)), started: () => { });

static GrpcChannel Open()
{
    string runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")
        ?? throw new InvalidOperationException("without XDG_RUNTIME_DIR the socket is /tmp/fireball-serve-UID/grpc.sock");
    var socket = new UnixDomainSocketEndPoint($"{runtime}/fireball/grpc.sock");
    var handler = new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(socket, cancellationToken);
            return new NetworkStream(connection, ownsSocket: true);
        },
    };
    return GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
}

async Task ConnectAsync(HostSpec host)
{
    using var call = fireball.Connect();
    await call.RequestStream.WriteAsync(new ConnectRequest { Host = host });
    await foreach (ConnectResponse response in call.ResponseStream.ReadAllAsync())
    {
        if (response.Connected is { } state)
        {
            Console.WriteLine($"connected {host.Destination} by {state.Route.ToString().ToLowerInvariant()}, agent {state.AgentVersion}");
        }
    }
}

static ControllerExecRequest Start(HostSpec host, bool stdin, params string[] argv) => new()
{
    Start = new() { Host = host, Command = new() { Argv = { argv.Select(ByteString.CopyFromUtf8) }, AttachStdin = stdin } },
};

async Task StreamAsync(HostSpec host)
{
    using var call = fireball.Exec();
    await call.RequestStream.WriteAsync(Start(host, stdin: true, "sed", "-u", "s/^/remote: /"));
    foreach (string line in new[] { "one\n", "two\n" })
    {
        await call.RequestStream.WriteAsync(new ControllerExecRequest { StdinData = ByteString.CopyFromUtf8(line) });
    }

    await call.RequestStream.CompleteAsync();
    await foreach (ControllerExecResponse response in call.ResponseStream.ReadAllAsync())
    {
        Console.Write(response.StdoutData.ToStringUtf8());
        Console.Write(response.Exited is { } exited ? $"exit status {exited.ExitCode}\n" : "");
    }
}

async Task CopyAsync(HostSpec host, ByteString content)
{
    ByteString path = ByteString.CopyFromUtf8("fireball-example"); // In the home directory.
    using var put = fireball.Put();
    await put.RequestStream.WriteAsync(new ControllerPutRequest { Start = new ControllerPutStart { Host = host, Path = path } });
    await put.RequestStream.WriteAsync(new ControllerPutRequest { Data = content });
    await put.RequestStream.CompleteAsync();
    Console.WriteLine($"put {(await put).Size} bytes");
    using var get = fireball.Get(new ControllerGetRequest { Host = host, Path = path });
    var got = new MemoryStream();
    await foreach (ControllerGetResponse response in get.ResponseStream.ReadAllAsync())
    {
        response.Data.WriteTo(got);
    }

    Console.WriteLine(content.Span.SequenceEqual(got.ToArray()) ? "got the same" : "got something else");
}

async Task RunEverywhereAsync()
{
    var command = new ExecStart { Shell = ByteString.CopyFromUtf8("echo $((6 * 7))") };
    using var call = fireball.Run(new RunRequest { Hosts = { hosts }, Command = command });
    await foreach (RunResponse response in call.ResponseStream.ReadAllAsync())
    {
        string? line = response.EventCase switch
        {
            RunResponse.EventOneofCase.StdoutData => response.StdoutData.ToStringUtf8().TrimEnd(),
            RunResponse.EventOneofCase.Failed => response.Failed.Message,
            _ => null,
        };
        Console.Write(line is null ? "" : $"{hosts[response.Host].Destination}: {line}\n");
    }
}

async Task SleepAsync(HostSpec host, CallOptions options, Action started)
{
    using var call = fireball.Exec(options);
    try
    {
        await call.RequestStream.WriteAsync(Start(host, stdin: false, "sleep", "60"));
        while (await call.ResponseStream.MoveNext())
        {
            started();
        }
    }
    catch (RpcException failure)
    {
        Console.WriteLine($"sleep: {failure.StatusCode}");
    }
}
