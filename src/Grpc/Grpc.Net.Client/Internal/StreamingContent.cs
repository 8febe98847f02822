using System.Net;

namespace Grpc.Net.Client;

/// <summary>A request body that its call's writer writes, until it is completed.</summary>
internal sealed class StreamingContent(GrpcCall call) : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new();

    /// <summary>Where to write, once the request has been started; cancelled where the call ended before.</summary>
    public Task<Stream> Stream => _stream.Task;

    public bool IsComplete => _complete.Task.IsCompletedSuccessfully;

    /// <summary>Half-closes: no more is written.</summary>
    public void Complete() => _complete.TrySetResult();

    /// <summary>The call has ended: nobody waits any longer.</summary>
    public void Abort()
    {
        _stream.TrySetCanceled();
        _complete.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            // The headers leave now: the server may want to answer before the first request.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            _stream.TrySetResult(stream);
            // Not until the token is cancelled: see below. When the call ends, so does this.
            await _complete.Task.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A reset stream or a lost connection. The handler would take this for the reason; the response tells the true one.
            await call.WaitForEndAsync().ConfigureAwait(false);
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
