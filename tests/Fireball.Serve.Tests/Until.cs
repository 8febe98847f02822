namespace Fireball.Serve.Tests;

/// <summary>Waiting for what nobody tells.</summary>
internal static class Until
{
    /// <summary>Asks again until it is so; the time-out turns "never" into a failure.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Bed.Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }
}
