using System.Globalization;
using Fireball.Controller;
using Fireball.Linux;
using Fireball.Rpc;
using Fireball.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Fireball.Serve;

/// <summary>What failed, in the words of controller.proto: a status with its details and trailers.</summary>
internal static class Failures
{
    /// <summary>The domain of the reasons (google.rpc.ErrorInfo).</summary>
    public const string Domain = "fireball";

    /// <summary>The call was not made because there is no connection; its step is not known more closely.</summary>
    private const string UnknownStep = "connect";

    /// <summary>Characters of a message: it comes in a header twice, and a header that does not fit ends the connection.</summary>
    private const int MaxMessage = 1024;

    private const string UnknownOutcome = "unknown";
    private const string ExitedOutcome = "exited";

    /// <summary>What a call is ended with; null: the exception is no failure of the host's or the caller's.</summary>
    public static RpcException? Explain(Exception failure) => Find(failure) is { } found
        ? Make(found.Code, found.Reason, failure.Message, failure, found.Phase, found.Outcome)
        : null;

    /// <summary>The same as an event of one host among many.</summary>
    public static RunFailure? ExplainRun(Exception failure) => Find(failure) is { } found
        ? new RunFailure
        {
            Code = (int)found.Code,
            Message = Line(failure.Message),
            Phase = found.Phase,
            Outcome = found.Outcome,
            Reason = found.Reason,
        }
        : null;

    /// <summary>A call's end.</summary>
    /// <param name="code">Its status.</param>
    /// <param name="reason">Why, more closely.</param>
    /// <param name="message">One line.</param>
    /// <param name="cause">What was caught; names the host, or the field of the request; null: nothing.</param>
    /// <param name="phase">The step of connecting that failed; empty: none.</param>
    /// <param name="outcome">What became of the command; empty: nothing was run.</param>
    public static RpcException Make(
        StatusCode code, ErrorReason reason, string message, Exception? cause = null, string phase = "", string outcome = "")
    {
        message = Line(message);
        var info = new ErrorInfo { Domain = Domain, Reason = NameOf(reason) };
        var trailers = new Metadata();
        if (cause is FireballException { Host: var host })
        {
            info.Metadata.Add("host", host);
        }

        if (phase.Length > 0)
        {
            info.Metadata.Add("phase", phase);
            trailers.Add(ServeMetadata.Phase, phase);
        }

        if (outcome.Length > 0)
        {
            info.Metadata.Add("outcome", outcome);
            trailers.Add(ServeMetadata.Outcome, outcome);
        }

        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        if (cause is BadRequestException wrong)
        {
            status.Details.Add(Any.Pack(new BadRequest
            {
                FieldViolations = { new BadRequest.Types.FieldViolation { Field = wrong.Field, Description = Line(wrong.Reason) } },
            }));
        }

        trailers.SetRpcStatus(status);
        return new RpcException(new Status(code, message, cause), trailers);
    }

    /// <summary>The reason as ErrorInfo has it, without the enum's prefix: "HOST_UNAVAILABLE".</summary>
    internal static string NameOf(ErrorReason reason) => string.Concat(
        reason.ToString().Select(static (letter, i) => i > 0 && char.IsUpper(letter)
            ? $"_{letter}"
            : char.ToUpper(letter, CultureInfo.InvariantCulture).ToString()));

    private static string Line(string message)
    {
        string line = TerminalText.Line(message);
        return line.Length <= MaxMessage
            ? line
            : $"{line[..(char.IsHighSurrogate(line[MaxMessage - 1]) ? MaxMessage - 1 : MaxMessage)]}...";
    }

    private static Found? Find(Exception failure) => failure switch
    {
        BadRequestException => new(StatusCode.InvalidArgument, ErrorReason.BadRequest),
        ConnectException connect => OfConnect(connect),
        ExecTimeoutException => new(StatusCode.DeadlineExceeded, ErrorReason.CommandTimedOut),
        ExecOutcomeUnknownException => new(StatusCode.Unknown, ErrorReason.OutcomeUnknown, Outcome: UnknownOutcome),
        ExecInterruptedException => new(StatusCode.Unknown, ErrorReason.CommandInterrupted, Outcome: ExitedOutcome),
        ExecNotStartedException { Refusal: ExecRefusal.NotFound } => new(StatusCode.NotFound, ErrorReason.CommandNotFound),
        ExecNotStartedException { Refusal: ExecRefusal.NotExecutable } =>
            new(StatusCode.PermissionDenied, ErrorReason.CommandNotExecutable),
        FileRefusedException refused => OfFile(refused.Refusal),
        FireballException { InnerException: RpcException inner } => OfCall(inner),
        _ => null,
    };

    private static Found OfConnect(ConnectException failure) => failure switch
    {
        { Phase: "authenticate" } => new(StatusCode.Unauthenticated, ErrorReason.AuthenticationFailed, failure.Phase),
        { IsRetryable: true } => new(StatusCode.Unavailable, ErrorReason.HostUnavailable, failure.Phase),
        _ => new(StatusCode.FailedPrecondition, ErrorReason.HostUnusable, failure.Phase),
    };

    private static Found OfCall(RpcException inner)
    {
        if (NotStarted.Applies(inner))
        {
            return new(StatusCode.Unavailable, ErrorReason.HostUnavailable, UnknownStep);
        }

        return inner.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown
            ? new(StatusCode.Unknown, ErrorReason.OutcomeUnknown, Outcome: UnknownOutcome)
            : new(inner.StatusCode, inner.StatusCode == StatusCode.ResourceExhausted ? ErrorReason.NoResources : ErrorReason.AgentRefused);
    }

    private static Found OfFile(FileRefusal refusal) => refusal switch
    {
        FileRefusal.NotFound => new(StatusCode.NotFound, ErrorReason.FileNotFound),
        FileRefusal.AccessDenied => new(StatusCode.PermissionDenied, ErrorReason.FileAccessDenied),
        FileRefusal.BadName => new(StatusCode.InvalidArgument, ErrorReason.FileNameInvalid),
        FileRefusal.NoResources => new(StatusCode.ResourceExhausted, ErrorReason.NoResources),
        FileRefusal.Damaged => new(StatusCode.DataLoss, ErrorReason.DataDamaged),
        _ => new(StatusCode.FailedPrecondition, ErrorReason.FileRefused),
    };

    private readonly record struct Found(StatusCode Code, ErrorReason Reason, string Phase = "", string Outcome = "");
}
