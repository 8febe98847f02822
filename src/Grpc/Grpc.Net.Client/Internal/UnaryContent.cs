using System.Net;

namespace Grpc.Net.Client;

/// <summary>A request body of one message.</summary>
internal sealed class UnaryContent<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call, TRequest request) : HttpContent
    where TRequest : class
    where TResponse : class
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // 512: what most requests fit, arbitrary; it grows.
        var buffer = new PooledBuffer(512);
        try
        {
            call.WriteRequest(call.CreateWriter(buffer), request, call.WriteOptions);
            await stream.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A reset stream or a lost connection. The handler would take this for the reason; the response tells the true one.
            await call.WaitForEndAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception e)
        {
            // The request could not be serialized: the handler would wrap the reason.
            call.Fail(e);
            throw;
        }
        finally
        {
            buffer.Release();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
