using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>Every field that can be wrong is named, over both ways; nothing is connected for it.</summary>
public sealed class BadRequestTests : BedTests
{
    private static readonly ByteString Nul = ByteString.CopyFrom([(byte)'a', 0]);

    public static TheoryData<string, string> Exec { get; } = Cross(ExecRequests.Keys);

    public static TheoryData<string, string> Run { get; } = Cross(RunRequests.Keys);

    public static TheoryData<string, string> Put { get; } = Cross(PutRequests.Keys);

    private static Dictionary<string, Action<ControllerExecStart>> ExecRequests => new()
    {
        ["host: missing"] = start => start.Host = null,
        ["host.destination: "] = start => start.Host.Destination = "",
        ["host.destination: host name \"-oProxyCommand=x\""] = start => start.Host.Destination = "-oProxyCommand=x",
        ["host.ssh_arguments: "] = start => start.Host.SshArguments.Add("-w"),
        ["host.persist: "] = start => start.Host.Persist = new Duration { Seconds = long.MaxValue },
        ["host.transport: "] = start => start.Host.Transport = "carrier pigeon",
        ["command: missing"] = start => start.Command = null,
        ["command.argv: empty"] = start => start.Command.Argv.Clear(),
        ["command.argv[0]: empty"] = start => start.Command.Argv[0] = ByteString.Empty,
        ["command.argv[1]: holds a NUL"] = start => start.Command.Argv.Add(Nul),
        ["command.shell: given together"] = start => start.Command.Shell = ByteString.CopyFromUtf8("x"),
        ["command.working_directory: holds a NUL"] = start => start.Command.WorkingDirectory = Nul,
        ["command.exec_id: 3 bytes"] = start => start.Command.ExecId = ByteString.CopyFromUtf8("abc"),
        ["command.umask: "] = start => start.Command.Umask = 512,
        ["command.environment[0].name: empty"] = start => start.Command.Environment.Add(new EnvironmentChange()),
        ["command.environment[0].name: holds '='"] = start => start.Command.Environment.Add(Variable("a=b", "c")),
        ["command.environment[1].value: holds a NUL"] = start =>
        {
            start.Command.Environment.Add(Variable("a", "b"));
            start.Command.Environment.Add(new EnvironmentChange { Name = ByteString.CopyFromUtf8("a"), Value = Nul });
        },
    };

    private static Dictionary<string, Action<RunRequest>> RunRequests => new()
    {
        ["hosts: 0"] = request => request.Hosts.Clear(),
        ["hosts: 10001"] = request => request.Hosts.AddRange(Enumerable.Range(0, 10_000).Select(i => Bed.Host($"h{i}"))),
        ["hosts[1]: the same as hosts[0]"] = request => request.Hosts.Add(Bed.Host()),
        ["hosts[1].destination: "] = request => request.Hosts.Add(new HostSpec()),
        ["command.argv: empty"] = request => request.Command.Argv.Clear(),
        ["command.exec_id: one is made"] = request => request.Command.ExecId = ByteString.CopyFrom(new byte[16]),
        ["stdin_data: the command is run without"] = request => request.StdinData = Nul,
        ["stdin_data: 1048577 bytes"] = request => request.StdinData = ByteString.CopyFrom(new byte[(1024 * 1024) + 1]),
    };

    private static Dictionary<string, Action<ControllerPutStart>> PutRequests => new()
    {
        ["host: missing"] = start => start.Host = null,
        ["path: empty"] = start => start.Path = ByteString.Empty,
        ["path: holds a NUL"] = start => start.Path = Nul,
        ["mode: "] = start => start.Mode = 4096,
        ["modified_time: nanos"] = start => start.ModifiedTime = new Timestamp { Seconds = 1, Nanos = 1_000_000_000 },
        ["size: "] = start => start.Size = ulong.MaxValue,
    };

    [Theory]
    [MemberData(nameof(Exec))]
    public async Task Of_an_exec(string way, string expected)
    {
        ControllerExecRequest request = Bed.Start("a");
        ExecRequests[expected](request.Start);
        Expect(expected, await ExecCallTests.FailAsync(await _bed.ClientAsync(way), request));
        Assert.Equal(0, _bed.Hosts.Attempts);
    }

    [Theory]
    [InlineData("start: missing", ControllerExecRequest.StepOneofCase.Signal)]
    [InlineData("start: not the first", ControllerExecRequest.StepOneofCase.Start)]
    [InlineData("stdin_data: the command was started without", ControllerExecRequest.StepOneofCase.StdinData)]
    [InlineData("signal: not within", ControllerExecRequest.StepOneofCase.Signal)]
    [InlineData("step: missing", ControllerExecRequest.StepOneofCase.None)]
    public async Task Of_a_running_exec(string expected, ControllerExecRequest.StepOneofCase step)
    {
        ControllerExecRequest second = step switch
        {
            ControllerExecRequest.StepOneofCase.Signal => new ControllerExecRequest { Signal = 65 },
            ControllerExecRequest.StepOneofCase.Start => Bed.Start("hang"),
            ControllerExecRequest.StepOneofCase.StdinData => new ControllerExecRequest { StdinData = Nul },
            _ => new ControllerExecRequest(),
        };
        foreach (string way in new[] { "zmtp", "grpc" })
        {
            ControllerExecRequest[] requests = expected.StartsWith("start: missing", StringComparison.Ordinal)
                ? [second]
                : [Bed.Start("hang"), second];
            Expect(expected, await ExecCallTests.FailAsync(await _bed.ClientAsync(way), requests));
        }
    }

    [Theory]
    [MemberData(nameof(Run))]
    public async Task Of_a_run(string way, string expected)
    {
        var request = new RunRequest { Hosts = { Bed.Host() }, Command = Bed.Command("a") };
        RunRequests[expected](request);
        using var call = (await _bed.ClientAsync(way)).Run(request);
        Expect(expected, await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync()));
        Assert.Equal(0, _bed.Hosts.Attempts);
    }

    [Theory]
    [MemberData(nameof(Put))]
    public async Task Of_a_put(string way, string expected)
    {
        var start = new ControllerPutStart { Host = Bed.Host(), Path = ByteString.CopyFromUtf8("x") };
        PutRequests[expected](start);
        using var call = (await _bed.ClientAsync(way)).Put();
        await call.RequestStream.WriteAsync(new ControllerPutRequest { Start = start });
        Expect(expected, await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync));
    }

    [Theory]
    [InlineData("zmtp")]
    [InlineData("grpc")]
    public async Task Of_the_others(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        using var get = client.Get(new ControllerGetRequest { Host = Bed.Host() });
        Expect("path: empty", await Assert.ThrowsAsync<RpcException>(() => get.ResponseStream.ToListAsync()));
        using var connect = client.Connect();
        await connect.RequestStream.WriteAsync(new ConnectRequest());
        Expect("host: missing", await Assert.ThrowsAsync<RpcException>(() => connect.ResponseStream.ToListAsync()));
        Expect("host: missing", await Assert.ThrowsAsync<RpcException>(() => client.DisconnectAsync(new DisconnectRequest()).ResponseAsync));
        using var put = client.Put();
        await put.RequestStream.WriteAsync(new ControllerPutRequest { Data = Nul });
        Expect("start: missing", await Assert.ThrowsAsync<RpcException>(() => put.ResponseAsync));
    }

    private static TheoryData<string, string> Cross(IEnumerable<string> names)
    {
        var data = new TheoryData<string, string>();
        foreach (string name in names)
        {
            data.Add("zmtp", name);
            data.Add("grpc", name);
        }

        return data;
    }

    private static EnvironmentChange Variable(string name, string value) =>
        new() { Name = ByteString.CopyFromUtf8(name), Value = ByteString.CopyFromUtf8(value) };

    private static void Expect(string detail, RpcException failure)
    {
        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.StartsWith(detail, failure.Status.Detail, StringComparison.Ordinal);
    }
}
