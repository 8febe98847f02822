using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// The fireball command as a script uses it: a process of it for each call, over the connection that its background process
/// keeps. For a connect the process has a connection of its own.
/// </summary>
internal sealed class CommandTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "command";

    /// <inheritdoc/>
    public string Description => "the fireball command, a process for each call, by a background process of this run's";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works =>
    [
        WorkKinds.Exec, WorkKinds.Output, WorkKinds.Input, WorkKinds.Put, WorkKinds.Get, WorkKinds.PutTree, WorkKinds.GetTree,
        WorkKinds.Connect,
    ];

    /// <inheritdoc/>
    public async Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken)
    {
        var session = new CommandSession(
            host, await ServingProcess.StartAsync(Path.Combine(host.LocalDirectory, "command"), cancellationToken));
        try
        {
            await session.ConnectAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private sealed class CommandSession(BenchHost host, ServingProcess serving) : ITransportSession
    {
        public bool SharesMaster => false;

        public int? ServingProcessId => serving.ProcessId;

        // The first command connects the host.
        public Task ConnectAsync(CancellationToken cancellationToken)
        {
            SpawnRequest first = Exec("/bin/true");
            return Task.Run(() => host.Programs.Run(first, "setup", cancellationToken), cancellationToken);
        }

        public async Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken)
        {
            var workers = new List<SpawnRequest[]>();
            for (int worker = 0; worker < work.Concurrency; worker++)
            {
                workers.Add(await RequestsAsync(work, worker, cancellationToken));
            }

            var turns = new Turns<SpawnRequest>(workers);
            string? input = work.Kind == WorkKinds.Input ? host.LocalFile(work.Size) : null;
            return Operation.Blocking((worker, cancel) => host.Programs.Run(turns.Next(worker), $"{worker}", cancel, input));
        }

        public ValueTask DisposeAsync() => serving.DisposeAsync();

        private static string Name => "command";

        // What a worker runs, in turn.
        private async Task<SpawnRequest[]> RequestsAsync(WorkCase work, int worker, CancellationToken cancellationToken)
        {
            WorkKind kind = work.Kind;
            if (kind == WorkKinds.PutTree)
            {
                string source = Path.Combine(host.LocalTree(), FileTree.Name);
                string[] targets = await host.RemoteTreeTargetsAsync(Name, worker, cancellationToken);
                return [.. targets.Select(target => Copy("put", source, There(target)))];
            }

            if (kind == WorkKinds.GetTree)
            {
                string source = There($"{await host.RemoteTreeAsync(cancellationToken)}/{FileTree.Name}");
                return [.. host.LocalTreeTargets(Name, worker).Select(target => Copy("get", source, target))];
            }

            return
            [
                kind == WorkKinds.Output ? Exec("head", "-c", $"{work.Size}", "/dev/zero")
                : kind == WorkKinds.Input ? Exec("wc", "-c")
                : kind == WorkKinds.Put ? Copy("put", host.LocalFile(work.Size), There($"{host.RemoteDirectory}/put-{Name}-{worker}"))
                : kind == WorkKinds.Get ? Copy("get", There(await host.RemoteFileAsync(work.Size, cancellationToken)), host.LocalTarget(Name, worker))
                : kind == WorkKinds.Connect ? Request(["exec", "--persist", "0", .. host.SshArguments, host.Destination, "--", "/bin/true"])
                : Exec("/bin/true"),
            ];
        }

        private string There(string path) => $"{host.Destination}:{path}";

        private SpawnRequest Exec(params string[] words) => Request(["exec", .. host.SshArguments, host.Destination, "--", .. words]);

        private SpawnRequest Copy(string verb, string from, string to) => Request([verb, .. host.SshArguments, from, to]);

        private SpawnRequest Request(IEnumerable<string> words) => host.Programs.Request([serving.Command, .. words], serving.Environment);
    }
}
