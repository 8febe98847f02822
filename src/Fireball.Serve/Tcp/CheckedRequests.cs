using Grpc.Core;

namespace Fireball.Serve;

/// <summary>A call's requests, each looked at before the service sees it.</summary>
internal sealed class CheckedRequests<T>(IAsyncStreamReader<T> inner, Action<T> check) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await inner.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        check(inner.Current);
        return true;
    }
}
