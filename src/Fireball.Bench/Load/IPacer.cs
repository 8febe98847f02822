namespace Fireball.Bench;

/// <summary>Waits for a point in time.</summary>
internal interface IPacer
{
    /// <summary>Blocks until the clock's timestamp has been reached; not at all where it is past.</summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    void WaitUntil(long timestamp, CancellationToken cancellationToken);
}
