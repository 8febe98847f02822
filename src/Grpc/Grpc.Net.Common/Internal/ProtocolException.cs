using Grpc.Core;

namespace Grpc.Net;

/// <summary>The peer broke the protocol or a limit; the status says how the call ends by it.</summary>
internal sealed class ProtocolException(StatusCode statusCode, string message) : Exception(message)
{
    public ProtocolException(string message)
        : this(StatusCode.Internal, message)
    {
    }

    public Status Status => new(statusCode, Message);
}
