namespace Fireball.Bench;

/// <summary>One work on one transport, ready to be done again and again. Disposal removes what it needed.</summary>
internal interface IOperation : IAsyncDisposable
{
    /// <summary>A call keeps its thread until it is done.</summary>
    bool Blocks { get; }

    /// <summary>Does it once, and checks that it was done.</summary>
    /// <param name="worker">Whose call it is, from 0: no two calls of one worker are under way together.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask RunAsync(int worker, CancellationToken cancellationToken);
}
