using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>A program that is run for each file or tree.</summary>
/// <param name="host">The host.</param>
/// <param name="requests">What a worker runs, in turn.</param>
internal sealed class CopySession(BenchHost host, Func<WorkCase, int, CancellationToken, Task<SpawnRequest[]>> requests)
    : ITransportSession
{
    /// <inheritdoc/>
    public async Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken)
    {
        var workers = new List<SpawnRequest[]>();
        for (int worker = 0; worker < work.Concurrency; worker++)
        {
            workers.Add(await requests(work, worker, cancellationToken));
        }

        var turns = new Turns<SpawnRequest>(workers);
        return Operation.Blocking((worker, cancel) => host.Programs.Run(turns.Next(worker), $"{worker}", cancel));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
