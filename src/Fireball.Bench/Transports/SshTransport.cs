using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// OpenSSH as a script uses it: a process of ssh for each call, over the connection of a ControlMaster. Files by cat, trees by tar. An
/// echo goes through a session that stays open, to cat.
/// </summary>
internal sealed class SshTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "ssh";

    /// <inheritdoc/>
    public string Description => "OpenSSH, a process for each call, over a ControlMaster; files by cat, trees by tar";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works =>
        [.. WorkKinds.All.Where(kind => kind != WorkKinds.PutSmall && kind != WorkKinds.ConnectNew && kind != WorkKinds.OpenHost)];

    /// <inheritdoc/>
    public Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        Task.FromResult<ITransportSession>(new SshSession(host));

    private sealed class SshSession(BenchHost host) : ITransportSession
    {
        public async Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken)
        {
            WorkKind kind = work.Kind;
            if (kind == WorkKinds.Echo)
            {
                return await EchoAsync(work, cancellationToken);
            }

            if (kind == WorkKinds.Put)
            {
                string source = host.LocalFile(work.Size);
                return Each(work, worker => $"cat > '{host.RemoteDirectory}/put-ssh-{worker}'", _ => source, _ => null);
            }

            if (kind == WorkKinds.Get)
            {
                string source = await host.RemoteFileAsync(work.Size, cancellationToken);
                return Each(work, _ => $"cat '{source}'", _ => null, worker => host.LocalTarget("ssh", worker));
            }

            if (kind == WorkKinds.PutTree || kind == WorkKinds.GetTree)
            {
                return await TreeAsync(work, cancellationToken);
            }

            if (kind == WorkKinds.Idle)
            {
                // The ControlMaster's connection is there all the time.
                return Operation.Idle();
            }

            if (kind == WorkKinds.Input)
            {
                string zeros = host.LocalFile(work.Size);
                return Each(work, _ => "wc -c", _ => zeros, _ => null);
            }

            if (kind == WorkKinds.Connect)
            {
                SpawnRequest alone = host.Programs.Request(
                    ["ssh", .. host.SshArguments, "-o", "ControlPath=none", "-o", "ControlMaster=no", "-T", "--", host.Destination, "/bin/true"]);
                return Operation.Blocking((worker, cancel) => host.Programs.Run(alone, $"{worker}", cancel));
            }

            string line = kind == WorkKinds.Output ? $"head -c {work.Size} /dev/zero" : "/bin/true";
            return Each(work, _ => line, _ => null, _ => null);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        // An ssh for each call; its words are made once for each worker.
        private Operation Each(WorkCase work, Func<int, string> line, Func<int, string?> input, Func<int, string?> output)
        {
            SpawnRequest[] requests = [.. Enumerable.Range(0, work.Concurrency).Select(worker => host.SshRequest(line(worker)))];
            return Operation.Blocking((worker, cancel) => host.Programs.Run(
                requests[worker], $"{worker}", cancel, input(worker), output(worker)));
        }

        // A tar on either side of the ssh, for each call.
        private async Task<IOperation> TreeAsync(WorkCase work, CancellationToken cancellationToken)
        {
            var workers = new List<SpawnRequest[]>();
            for (int worker = 0; worker < work.Concurrency; worker++)
            {
                if (work.Kind == WorkKinds.PutTree)
                {
                    workers.Add([.. (await host.RemoteTreeTargetsAsync("ssh", worker, cancellationToken)).Select(host.TarThere)]);
                }
                else
                {
                    string source = await host.RemoteTreeAsync(cancellationToken);
                    workers.Add([.. host.LocalTreeTargets("ssh", worker).Select(target => host.TarHere(source, target))]);
                }
            }

            var turns = new Turns<SpawnRequest>(workers);
            return Operation.Blocking((worker, cancel) => host.Programs.Run(turns.Next(worker), $"{worker}", cancel));
        }

        private async Task<IOperation> EchoAsync(WorkCase work, CancellationToken cancellationToken)
        {
            var children = new List<SocketChild>();
            async ValueTask CloseAsync()
            {
                foreach (SocketChild child in children)
                {
                    child.Dispose();
                    child.Kill(Signal.Term);
                    await child.WaitAsync();
                }
            }

            byte[] payload = RandomFile.Bytes((int)work.Size);
            byte[][] answers = [.. Enumerable.Range(0, work.Concurrency).Select(_ => new byte[work.Size])];
            try
            {
                for (int i = 0; i < work.Concurrency; i++)
                {
                    SocketChild child = Programs.Start(
                        ["ssh", .. host.Shared, "-T", "--", host.Destination, "exec cat"]);
                    children.Add(child);

                    // The first one also waits for the session.
                    await Task.Run(() => BlockingSocket.Echo(child.Channel, payload, answers[i], cancellationToken), cancellationToken);
                }
            }
            catch
            {
                await CloseAsync();
                throw;
            }

            return Operation.Blocking(
                (worker, cancel) => BlockingSocket.Echo(children[worker].Channel, payload, answers[worker], cancel),
                CloseAsync);
        }
    }
}
