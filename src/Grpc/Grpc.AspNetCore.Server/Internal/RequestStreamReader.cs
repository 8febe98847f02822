using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>The requests of a call as its service reads them.</summary>
internal sealed class RequestStreamReader<TRequest>(HttpServerCallContext context, Marshaller<TRequest> marshaller)
    : IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private TRequest? _current;

    public TRequest Current =>
        _current ?? throw new InvalidOperationException("There is no current message; MoveNext goes to it.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var token = cancellationToken.CanBeCanceled ? cancellationToken : context.ReadToken;
        _current = await context.ReadAsync(marshaller, token).ConfigureAwait(false);
        return _current is not null;
    }
}
