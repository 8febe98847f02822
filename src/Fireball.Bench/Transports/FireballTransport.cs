using Fireball.Controller;
using Fireball.Ssh;

namespace Fireball.Bench;

/// <summary>
/// Fireball's library: one connection carries every worker's calls. Each of its transports runs the same code here.
/// </summary>
/// <param name="name">The transport's name.</param>
/// <param name="description">One line.</param>
/// <param name="transport">What the agent is spoken to by.</param>
/// <param name="connector">Who makes the SSH connection; null: the system's OpenSSH.</param>
internal sealed class FireballTransport(
    string name, string description, AgentTransport transport, ISshConnector? connector = null) : ITransport
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Description => description;

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works => [.. WorkKinds.All.Where(kind => kind != WorkKinds.OpenHost)];

    /// <inheritdoc/>
    public async Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        new FireballSession(
            host,
            name,
            Options(host),
            await ConnectAsync(host, Options(host), cancellationToken),
            ownSsh: connector is not null);

    private FireballOptions Options(BenchHost host) => new()
    {
        Transport = transport,
        SshArguments = host.SshArguments,
        Connector = connector,
        ConnectAttempts = 1,
    };

    private static Task<FireballHost> ConnectAsync(BenchHost host, FireballOptions options, CancellationToken cancellationToken) =>
        FireballHost.ConnectAsync(host.Destination, options, cancellationToken);

    private sealed class FireballSession(BenchHost bench, string name, FireballOptions options, FireballHost host, bool ownSsh)
        : ITransportSession
    {
        private static readonly ExecCommand True = ExecCommand.Of("/bin/true");

        public bool SharesMaster => false;

        public bool HasOwnSsh => ownSsh;

        public async Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken)
        {
            int size = (int)Math.Min(work.Size, int.MaxValue);
            if (work.Kind == WorkKinds.Echo)
            {
                byte[] payload = RandomFile.Bytes(size);
                return new Operation((_, cancel) => EchoAsync(payload, cancel));
            }

            if (work.Kind == WorkKinds.Exec)
            {
                return new Operation((_, cancel) => ExecAsync(host, cancel));
            }

            if (work.Kind == WorkKinds.Output)
            {
                ExecCommand print = ExecCommand.Of("head", "-c", $"{work.Size}", "/dev/zero");
                return new Operation((_, cancel) => OutputAsync(print, work.Size, cancel));
            }

            if (work.Kind == WorkKinds.Input)
            {
                byte[] input = new byte[size];
                return new Operation((_, cancel) => InputAsync(input, cancel));
            }

            if (work.Kind == WorkKinds.Put)
            {
                string[] source = [bench.LocalFile(work.Size)];
                return new Operation((worker, cancel) => CopyAsync(
                    host.PutAsync(source, $"{bench.RemoteDirectory}/put-{name}-{worker}", cancellationToken: cancel)));
            }

            if (work.Kind == WorkKinds.Get)
            {
                string[] source = [await bench.RemoteFileAsync(work.Size, cancellationToken)];
                return new Operation((worker, cancel) => CopyAsync(
                    host.GetAsync(source, bench.LocalTarget(name, worker), cancellationToken: cancel)));
            }

            if (work.Kind == WorkKinds.PutTree || work.Kind == WorkKinds.PutSmall)
            {
                string[] source = [Path.Combine(work.Kind == WorkKinds.PutTree ? bench.LocalTree() : bench.LocalSmallTree(), FileTree.Name)];
                var targets = new List<string[]>();
                for (int worker = 0; worker < work.Concurrency; worker++)
                {
                    targets.Add(await bench.RemoteTreeTargetsAsync($"{work.Kind.Name}-{name}", worker, cancellationToken));
                }

                var turns = new Turns<string>(targets);
                return new Operation((worker, cancel) => CopyAsync(host.PutAsync(source, turns.Next(worker), cancellationToken: cancel)));
            }

            if (work.Kind == WorkKinds.GetTree)
            {
                string[] source = [$"{await bench.RemoteTreeAsync(cancellationToken)}/{FileTree.Name}"];
                var turns = new Turns<string>([.. Enumerable.Range(0, work.Concurrency).Select(worker => bench.LocalTreeTargets(name, worker))]);
                return new Operation((worker, cancel) => CopyAsync(host.GetAsync(source, turns.Next(worker), cancellationToken: cancel)));
            }

            if (work.Kind == WorkKinds.Idle)
            {
                return Operation.Idle();
            }

            if (work.Kind == WorkKinds.ConnectNew)
            {
                FireballOptions fresh = options with { AgentDirectory = FreshAgents.Write(options.Transport, bench.LocalDirectory) };
                return new Operation((_, cancel) => ConnectUploadAndLeaveAsync(fresh, cancel));
            }

            return new Operation((_, cancel) => ConnectAndLeaveAsync(cancel));
        }

        public async Task<AgentState?> AskAgentAsync(CancellationToken cancellationToken)
        {
            V1.PingResponse answer = await host.PingAsync(cancellationToken);
            return new AgentState((int)answer.Pid, (long)answer.RssKib * 1024);
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();

        private async ValueTask EchoAsync(byte[] payload, CancellationToken cancellationToken)
        {
            V1.PingResponse answer = await host.PingAsync(payload, cancellationToken);
            if (answer.Payload.Length != payload.Length)
            {
                throw new WorkFailedException($"{answer.Payload.Length} bytes came back instead of {payload.Length}");
            }
        }

        private static async ValueTask ExecAsync(FireballHost host, CancellationToken cancellationToken) =>
            Check(await host.ExecAsync(True, cancellationToken: cancellationToken));

        private async ValueTask OutputAsync(ExecCommand print, long size, CancellationToken cancellationToken)
        {
            await using FireballProcess process = await host.StartAsync(print, cancellationToken: cancellationToken);
            long got = 0;
            await foreach (ExecOutput output in process.ReadOutputAsync(cancellationToken))
            {
                got += output.Data.Length;
            }

            ExecExit exit = await process.WaitAsync(cancellationToken);
            if (exit.ShellStatus != 0 || got != size)
            {
                throw new WorkFailedException($"{got} bytes of {size} came, status {exit.ShellStatus}");
            }
        }

        private async ValueTask InputAsync(byte[] input, CancellationToken cancellationToken) =>
            Check(await host.ExecAsync(ExecCommand.Of("wc", "-c"), input, cancellationToken));

        private static async ValueTask CopyAsync(Task<CopyResult> copy)
        {
            CopyResult result = await copy;
            if (!result.Succeeded)
            {
                throw new WorkFailedException(result.Failures[0].ToTerminalText());
            }
        }

        private async ValueTask ConnectAndLeaveAsync(CancellationToken cancellationToken)
        {
            await using FireballHost other = await ConnectAsync(bench, options, cancellationToken);
            await ExecAsync(other, cancellationToken);
        }

        private async ValueTask ConnectUploadAndLeaveAsync(FireballOptions fresh, CancellationToken cancellationToken)
        {
            await using FireballHost other = await ConnectAsync(bench, fresh, cancellationToken);
            try
            {
                await ExecAsync(other, cancellationToken);
            }
            finally
            {
                // Also where the run is given up: no other run would ever use it.
                await other.ShutdownAsync(removeExecutable: true, CancellationToken.None);
            }
        }

        private static void Check(ExecResult result)
        {
            if (!result.Succeeded)
            {
                throw new WorkFailedException($"the command ended with status {result.Exit.ShellStatus}");
            }
        }
    }
}
