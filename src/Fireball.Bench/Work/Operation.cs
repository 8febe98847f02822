namespace Fireball.Bench;

/// <summary>An operation made of functions.</summary>
/// <param name="run">See <see cref="IOperation.RunAsync"/>.</param>
/// <param name="dispose">Removes what it needed; null: nothing.</param>
internal sealed class Operation(Func<int, CancellationToken, ValueTask> run, Func<ValueTask>? dispose = null) : IOperation
{
    /// <summary>Of a function that blocks.</summary>
    public static Operation Blocking(Action<int, CancellationToken> run, Func<ValueTask>? dispose = null) =>
        new(
            (worker, cancellationToken) =>
            {
                run(worker, cancellationToken);
                return ValueTask.CompletedTask;
            },
            dispose)
        {
            Blocks = true,
        };

    /// <summary>A second in which nothing is done.</summary>
    public static Operation Idle() => new(static (_, cancellationToken) => new ValueTask(Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)));

    /// <inheritdoc/>
    public bool Blocks { get; private init; }

    /// <inheritdoc/>
    public ValueTask RunAsync(int worker, CancellationToken cancellationToken) => run(worker, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => dispose?.Invoke() ?? ValueTask.CompletedTask;
}
