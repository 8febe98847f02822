using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>The responses of a call as its caller reads them.</summary>
internal sealed class ResponseStreamReader<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call)
    : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;
    private int _reading;

    public TResponse Current =>
        _current ?? throw new InvalidOperationException("There is no current message; MoveNext goes to it.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("The stream is being read already.");
        }

        try
        {
            var registration = cancellationToken.UnsafeRegister(
                static state => ((GrpcCall)state!).Cancel("The call was cancelled by its reader."), call);
            await using (registration.ConfigureAwait(false))
            {
                _current = await call.ReadMessageAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }

        if (_current is not null)
        {
            return true;
        }

        return call.Ended().Status.StatusCode == StatusCode.OK ? false : throw call.CreateException();
    }
}
