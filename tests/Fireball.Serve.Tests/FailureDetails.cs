using Google.Rpc;
using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>Reads the google.rpc.Status details of a failed call.</summary>
internal static class FailureDetails
{
    public static ErrorInfo Info(RpcException failure) => failure.GetRpcStatus()!.GetDetail<ErrorInfo>();

    public static string Reason(RpcException failure) => Info(failure).Reason;

    /// <summary>The one field that a bad request names.</summary>
    public static string Field(RpcException failure) =>
        Assert.Single(failure.GetRpcStatus()!.GetDetail<BadRequest>().FieldViolations).Field;
}
