using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>The requests of a call as its caller writes them.</summary>
internal sealed class RequestStreamWriter<TRequest, TResponse>(
    GrpcCall<TRequest, TResponse> call, StreamingContent content) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>The reading of a client-streaming call's response; null: the caller reads.</summary>
    public Task? Response { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (content.IsComplete)
        {
            throw new InvalidOperationException("The request stream has been completed.");
        }

        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("A request is being written already.");
        }

        try
        {
            if (call.Outcome is not null)
            {
                throw Ended();
            }

            var registration = cancellationToken.UnsafeRegister(
                static state => ((GrpcCall)state!).Cancel("The call was cancelled by its writer."), call);
            await using (registration.ConfigureAwait(false))
            {
                await SendAsync(message).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        content.Complete();
        return Task.CompletedTask;
    }

    private async Task SendAsync(TRequest message)
    {
        // Messages up to a megabyte, which ArrayPool keeps, cost no allocation.
        var buffer = new PooledBuffer(512);
        try
        {
            call.WriteRequest(call.CreateWriter(buffer), message, WriteOptions);
            var stream = await content.Stream.ConfigureAwait(false);
            await stream.WriteAsync(buffer.Written, call.CancellationToken).ConfigureAwait(false);
            if (!GrpcCall<TRequest, TResponse>.HasFlag(WriteOptions, WriteFlags.BufferHint))
            {
                await stream.FlushAsync(call.CancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or HttpRequestException or ObjectDisposedException)
        {
            if (Response is not null)
            {
                // The server has ended the call or the connection is gone: the response says which.
                await Response.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw call.Outcome is null ? new RpcException(CallFailure.ToStatus(e, deadlinePassed: false)) : Ended();
        }
        finally
        {
            buffer.Release();
        }
    }

    private Exception Ended() => call.Ended().Status.StatusCode == StatusCode.OK
        ? new InvalidOperationException("The call has ended; no request can be written.")
        : call.CreateException();
}
