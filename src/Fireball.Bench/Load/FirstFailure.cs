namespace Fireball.Bench.Load;

/// <summary>Waits for calls that end each other when one fails.</summary>
internal static class FirstFailure
{
    /// <summary>
    /// All results; otherwise throws what went wrong, which is not the cancellation that it caused in the others.
    /// </summary>
    public static async Task<T[]> OfAsync<T>(Task<T>[] tasks, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAll(tasks);
        }
        catch
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (tasks.FirstOrDefault(task => task.IsFaulted) ?? tasks[0]);
            throw;
        }
    }
}
