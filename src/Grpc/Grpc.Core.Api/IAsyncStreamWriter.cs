namespace Grpc.Core;

/// <summary>A stream of messages to be written, one at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Options of the writes that follow.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; completes when the next may be written.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message, unless cancelled before; cancelling ends the call.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            throw new NotSupportedException("Cancellation of stream writes is not supported by this implementation.");
        }

        return WriteAsync(message);
    }
}
