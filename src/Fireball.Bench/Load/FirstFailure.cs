namespace Fireball.Bench;

/// <summary>Waits for calls that end each other when one fails.</summary>
internal static class FirstFailure
{
    /// <summary>
    /// Returns when all have ended; throws what went wrong, which is not the cancellation that it caused in the others.
    /// </summary>
    public static async Task OfAsync(Task[] tasks, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(tasks);
        }
        catch
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (tasks.FirstOrDefault(task => task.IsFaulted) ?? tasks[0]);
            throw;
        }
    }
}
