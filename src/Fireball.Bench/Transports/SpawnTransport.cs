using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// What the same costs on this machine alone, without any host: posix_spawn of /bin/true, as many at a time as there are
/// processors, whatever is in flight; trees by cp -r.
/// </summary>
internal sealed class SpawnTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "spawn";

    /// <inheritdoc/>
    public string Description => "a process on this machine for each call, no host: /bin/true, cp -r";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works => [WorkKinds.Exec, WorkKinds.PutTree, WorkKinds.GetTree];

    /// <inheritdoc/>
    public Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        Task.FromResult<ITransportSession>(new SpawnSession(host));

    private sealed class SpawnSession(BenchHost host) : ITransportSession
    {
        public Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken) =>
            Task.FromResult<IOperation>(work.Kind == WorkKinds.Exec ? Exec() : Copy(work));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Operation Exec()
        {
            SpawnRequest spawn = host.Programs.Request(["/bin/true"]);

            // More at a time would only wait for each other in the kernel, and make this one slower than it need be.
            var turns = new SemaphoreSlim(Environment.ProcessorCount);
            return Operation.Blocking(
                (_, cancel) =>
                {
                    turns.Wait(cancel);
                    try
                    {
                        host.Programs.RunUnheard(spawn, cancel);
                    }
                    finally
                    {
                        turns.Release();
                    }
                },
                () =>
                {
                    turns.Dispose();
                    return ValueTask.CompletedTask;
                });
        }

        // Where a tree is there already each file is made anew, as all others do it, which do not write into the old one.
        private Operation Copy(WorkCase work)
        {
            string source = Path.Combine(host.LocalTree(), FileTree.Name);
            var turns = new Turns<SpawnRequest>([.. Enumerable.Range(0, work.Concurrency).Select(worker =>
                host.LocalTreeTargets($"spawn-{work.Kind.Name}", worker)
                    .Select(target => host.Programs.Request(["cp", "-r", "--remove-destination", "--", source, target])).ToArray())]);
            return Operation.Blocking((worker, cancel) => host.Programs.Run(turns.Next(worker), $"{worker}", cancel));
        }
    }
}
