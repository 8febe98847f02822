using Fireball.Controller;
using Fireball.Rpc;
using Fireball.Serve.Client;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>What failed, in the words of controller.proto: a status and its trailers.</summary>
internal static class Failures
{
    /// <summary>The call was not made because there is no connection; its step is not known more closely.</summary>
    private const string UnknownStep = "connect";

    private const string UnknownOutcome = "unknown";
    private const string ExitedOutcome = "exited";

    /// <summary>What a call is ended with; null: the exception is no failure of the host's or the caller's.</summary>
    public static RpcException? Explain(Exception failure) => failure switch
    {
        BadRequestException => Make(StatusCode.InvalidArgument, failure),
        ConnectException connect => Make(StatusCode.Unavailable, failure, ServeMetadata.Phase, connect.Phase),
        ExecTimeoutException => Make(StatusCode.DeadlineExceeded, failure),
        ExecOutcomeUnknownException => Make(StatusCode.Unknown, failure, ServeMetadata.Outcome, UnknownOutcome),
        ExecInterruptedException => Make(StatusCode.Unknown, failure, ServeMetadata.Outcome, ExitedOutcome),
        ExecNotStartedException { Refusal: ExecRefusal.NotFound } => Make(StatusCode.NotFound, failure),
        ExecNotStartedException { Refusal: ExecRefusal.NotExecutable } => Make(StatusCode.FailedPrecondition, failure),
        FileRefusedException refused => Make(CodeOf(refused.Refusal), failure),
        FireballException { InnerException: RpcException inner } => OfCall(failure, inner),
        _ => null,
    };

    /// <summary>The same as an event of one host among many.</summary>
    public static V1.RunFailure? ExplainRun(Exception failure) => Explain(failure) is { } rpc
        ? new V1.RunFailure
        {
            Code = (int)rpc.StatusCode,
            Message = rpc.Status.Detail,
            Phase = rpc.Trailers.GetValue(ServeMetadata.Phase) ?? "",
            Outcome = rpc.Trailers.GetValue(ServeMetadata.Outcome) ?? "",
        }
        : null;

    private static RpcException OfCall(Exception failure, RpcException inner)
    {
        if (NotStarted.Applies(inner))
        {
            return Make(StatusCode.Unavailable, failure, ServeMetadata.Phase, UnknownStep);
        }

        return inner.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown
            ? Make(StatusCode.Unknown, failure, ServeMetadata.Outcome, UnknownOutcome)
            : Make(inner.StatusCode, failure);
    }

    private static StatusCode CodeOf(FileRefusal refusal) => refusal switch
    {
        FileRefusal.NotFound => StatusCode.NotFound,
        FileRefusal.BadName => StatusCode.InvalidArgument,
        FileRefusal.NoResources => StatusCode.ResourceExhausted,
        FileRefusal.Damaged => StatusCode.DataLoss,
        _ => StatusCode.FailedPrecondition,
    };

    private static RpcException Make(StatusCode code, Exception failure, string? key = null, string value = "")
    {
        Metadata trailers = key is null ? [] : new Metadata { { key, value } };
        return new RpcException(new Status(code, failure.Message, failure), trailers);
    }
}
