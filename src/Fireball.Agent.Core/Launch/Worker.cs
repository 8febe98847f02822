using System.Text;
using Fireball.Files;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Agent.Core;

/// <summary>The second of the agent's two processes: the service, for as long as the lease runs.</summary>
internal sealed class Worker : IDisposable
{
    // Defaults of launch.proto.
    private static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefaultIdleLimit = TimeSpan.FromMinutes(30);

    // What may still be on its way out when the agent leaves has this long.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<string> _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LaunchChannel _channel;
    private readonly LaunchRequest _launch;
    private readonly StartOwnerServer _start;
    private bool _removeExecutable;

    private Worker(LaunchChannel channel, LaunchRequest launch, StartOwnerServer start) =>
        (_channel, _launch, _start) = (channel, launch, start);

    internal static int Run(string marker, StartOwnerServer start)
    {
        // Started by way of /proc/self/exe, it would be called "exe". The kernel keeps 15 bytes: either agent is called this.
        OwnProcess.SetName("fireball-agent");
        OwnProcess.CloseOnExecFrom(ControlChannel.WorkerDescriptor);
        OwnProcess.BecomeSubreaper();
        var channel = new LaunchChannel(marker);
        try
        {
            var launch = LaunchChannel.Read();
            if (launch.Contract != ContractVersion.Current)
            {
                channel.OtherContract();
                Log.Warn($"the controller speaks version {launch.Contract} of the contract, this agent {ContractVersion.Current}");
                return ContractVersion.OtherExitStatus;
            }

            using var worker = new Worker(channel, launch, start);
            return worker.RunAsync().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            channel.Failed(e.Message);
            Log.Warn(e.Message);
            return 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task<int> RunAsync()
    {
        using var reactor = new Reactor("reactor");
        using var processes = new ProcessTable(reactor, reapsAll: true);
        using var signals = new SignalWatch(
            reactor, [Signal.Term, Signal.Int], signal => _leave.TrySetResult($"signal {signal}"));
        using var environment = EnvironmentBlock.FromProcess();
        var home = EnterHome();
        var (listener, directory, problem) = Listen(reactor);
        using var opened = directory;
        var executable = Environment.ProcessPath;
        var socket = ByteString.CopyFromUtf8(directory is null ? "" : $"{directory.Path}/{AgentDirectory.SocketName}");
        var service = new AgentCalls(new AgentServiceOptions
        {
            Processes = processes,
            Environment = environment,
            Version = AgentVersion.Text,
            Socket = socket,
            Files = new FileService(home, directory is null ? null : new TemporaryJournal(Encoding.UTF8.GetBytes(directory.Path))),
            ShutdownRequested = remove =>
            {
                _removeExecutable = remove;
                _leave.TrySetResult("shutdown");
            },
        });
        using var lease = new Lease(
            Limit(_launch.Lease, DefaultLease),
            Limit(_launch.IdleLimit, DefaultIdleLimit),
            service.Activity,
            TimeProvider.System);
        using var memory = new IdleMemory(service.Activity, TimeProvider.System);
        await using var server = await _start(service, Log.Warn);
        var owners = new OwnerConnections(reactor, server, _launch.Secret.Memory, lease);
        _channel.Ready(new LaunchReply
        {
            Socket = socket,
            Pid = (uint)Environment.ProcessId,
            Version = AgentVersion.Text,
            Problem = problem ?? "",
            Contract = ContractVersion.Current,
        });

        var listening = listener is null ? Task.CompletedTask : owners.ListenAsync(listener, _stop.Token);
        var lifeline = new Lifeline(reactor, owners).WatchAsync(_stop.Token);
        using var control = new Descriptor(ControlChannel.WorkerDescriptor);
        var supervisor = WatchSupervisorAsync(new ReactorStream(reactor, control, output: null));
        var first = await Task.WhenAny(_leave.Task, lease.Ended, supervisor);
        var reason = await (Task<string>)first;
        listener?.Dispose();
        using (var limit = new CancellationTokenSource(DrainTime))
        {
            await Task.WhenAll(server.DrainAsync($"the agent leaves: {reason}", limit.Token))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stop.CancelAsync();
        _ = await service.KillAllAsync();
        await Task.WhenAll(listening, lifeline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Remove(directory, executable);
        return 0;
    }

    // A timer can be set to 1 ms at least, and to some 49 days at most.
    private static TimeSpan Limit(Duration? value, TimeSpan otherwise) => Durations.Read(value) is { } limit
        ? TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds, 1, uint.MaxValue - 1))
        : otherwise;

    // Commands and relative paths start from the home directory.
    private static byte[] EnterHome()
    {
        var home = Environment.GetEnvironmentVariable("HOME");
        if (string.IsNullOrEmpty(home) || !OwnProcess.TryChangeDirectory(home))
        {
            _ = OwnProcess.TryChangeDirectory("/");
            home = "/";
        }

        return Encoding.UTF8.GetBytes(home);
    }

    private static async Task<string> WatchSupervisorAsync(ReactorStream control)
    {
        // It never says anything: the end is the message.
        _ = await control.WaitForInputAsync(CancellationToken.None);
        return "the supervisor is gone";
    }

    private (UnixListener? Listener, PrivateDirectory? Directory, string? Problem) Listen(Reactor reactor)
    {
        var path = _launch.Directory.ToStringUtf8().TrimEnd('/');
        var before = OwnProcess.SetUmask(PermissionBits.Others);
        try
        {
            if (!path.StartsWith('/'))
            {
                return (null, null, "no directory for the socket was named");
            }

            AgentDirectory.RemoveStale(path);
            var directory = PrivateDirectory.Create(path);
            ControlChannel.TellDirectory(path);
            try
            {
                return (UnixListener.Bind(reactor, $"{path}/{AgentDirectory.SocketName}"), directory, null);
            }
            catch (PosixException)
            {
                AgentDirectory.Remove(directory);
                directory.Dispose();
                throw;
            }
        }
        catch (PosixException e)
        {
            return (null, null, e.Message);
        }
        finally
        {
            _ = OwnProcess.SetUmask(before);
        }
    }

    private void Remove(PrivateDirectory? directory, string? executable)
    {
        if (directory is not null)
        {
            AgentDirectory.Remove(directory);
        }

        if (_removeExecutable && executable is not null)
        {
            // The directory too, where nothing else is in it: other versions stay.
            using var cache = PrivateDirectory.TryOpen(Path.GetDirectoryName(executable)!);
            cache?.Remove(Path.GetFileName(executable));
        }
    }
}
