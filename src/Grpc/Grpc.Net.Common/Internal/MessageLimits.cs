using Grpc.Core;

namespace Grpc.Net;

/// <summary>How large a message may be.</summary>
internal static class MessageLimits
{
    /// <summary>4 MiB, the limit that all gRPC implementations have for received messages by default.</summary>
    public const int DefaultReceive = 4 * 1024 * 1024;

    /// <summary>Checks a received prefix before anything is buffered.</summary>
    /// <exception cref="ProtocolException">RESOURCE_EXHAUSTED.</exception>
    public static void CheckReceive(uint length, int? limit)
    {
        if (length > (uint)(limit ?? Array.MaxLength))
        {
            throw TooLargeToReceive(limit);
        }
    }

    public static ProtocolException TooLargeToReceive(int? limit) =>
        new(StatusCode.ResourceExhausted, $"A received message is larger than the limit of {limit ?? Array.MaxLength} bytes.");

    /// <summary>Checks a message about to be sent.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED.</exception>
    public static void CheckSend(int length, int? limit)
    {
        if (length > limit)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"A message of {length} bytes is larger than the limit of {limit} bytes for sending."));
        }
    }
}
