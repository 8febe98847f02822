using Fireball.Bench.Run;
using Fireball.Bench.Work;
using Fireball.Posix;

namespace Fireball.Bench.Transports;

/// <summary>A program that is run for each file or tree.</summary>
/// <param name="host">The host.</param>
/// <param name="request">What a worker runs.</param>
internal sealed class CopySession(BenchHost host, Func<WorkCase, int, CancellationToken, Task<SpawnRequest>> request)
    : ITransportSession
{
    /// <inheritdoc/>
    public async Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken)
    {
        var requests = new List<SpawnRequest>();
        for (int worker = 0; worker < work.Concurrency; worker++)
        {
            requests.Add(await request(work, worker, cancellationToken));
        }

        return Operation.Blocking((worker, cancel) => host.Programs.Run(requests[worker], $"{worker}", cancel));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
