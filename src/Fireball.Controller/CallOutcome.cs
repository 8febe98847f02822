using Grpc.Core;

namespace Fireball.Controller;

/// <summary>What a failed call says about whether it reached the agent.</summary>
internal static class CallOutcome
{
    /// <summary>
    /// Whether the connection was lost, so that what became of the call is not known from the failure alone. CANCELLED, where
    /// its caller did not cancel it, says that its HTTP/2 stream was cut off.
    /// </summary>
    public static bool IsLost(RpcException failure) =>
        failure.StatusCode
            is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled;
}
