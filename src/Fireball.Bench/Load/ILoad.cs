namespace Fireball.Bench;

/// <summary>A way to make calls for some while.</summary>
internal interface ILoad
{
    /// <summary>Makes calls until the time is over, and waits for those under way.</summary>
    /// <param name="operation">What to call.</param>
    /// <param name="duration">How long calls are begun; at least one is.</param>
    /// <param name="cancellationToken">Gives the round up.</param>
    /// <returns>The latency of each call: the load's own histogram, until the next run, so that a round allocates none.</returns>
    /// <exception cref="Exception">Whatever the first call that failed threw; no more are begun then.</exception>
    Task<LatencyHistogram> RunAsync(IOperation operation, TimeSpan duration, CancellationToken cancellationToken);
}
