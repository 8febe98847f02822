namespace Fireball.Rpc.Tests;

internal static class AsyncEnumerables
{
    public static async Task<int> CountAsync<T>(this IAsyncEnumerable<T> items)
    {
        var count = 0;
        await foreach (var _ in items)
        {
            count++;
        }

        return count;
    }
}
