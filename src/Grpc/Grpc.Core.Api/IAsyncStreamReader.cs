namespace Grpc.Core;

/// <summary>A stream of messages to be read by one reader at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message <see cref="MoveNext"/> went to.</summary>
    T Current { get; }

    /// <summary>Goes to the next message; false at the stream's end.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
