using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>All responses of a call.</summary>
internal static class Responses
{
    /// <summary>Reads to the call's end, in the time that turns a hang into a failure.</summary>
    public static async Task<List<T>> ToListAsync<T>(this IAsyncStreamReader<T> stream)
    {
        using var limit = new CancellationTokenSource(Bed.Patience);
        var all = new List<T>();
        while (await stream.MoveNext(limit.Token))
        {
            all.Add(stream.Current);
        }

        return all;
    }
}
