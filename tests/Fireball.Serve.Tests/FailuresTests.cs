using Fireball.Controller;
using Fireball.V1;
using Google.Rpc;
using Grpc.Core;

namespace Fireball.Serve.Tests;

public sealed class FailuresTests
{
    [Theory]
    [InlineData("resolve", false, StatusCode.FailedPrecondition, "HOST_UNUSABLE")]
    [InlineData("connect", true, StatusCode.Unavailable, "HOST_UNAVAILABLE")]
    [InlineData("connect", false, StatusCode.FailedPrecondition, "HOST_UNUSABLE")]
    [InlineData("authenticate", false, StatusCode.Unauthenticated, "AUTHENTICATION_FAILED")]
    [InlineData("probe", false, StatusCode.FailedPrecondition, "HOST_UNUSABLE")]
    [InlineData("upload", true, StatusCode.Unavailable, "HOST_UNAVAILABLE")]
    public void A_host_that_is_not_connected_says_whether_to_call_again(string phase, bool isRetryable, StatusCode code, string reason)
    {
        RpcException failure = Failures.Explain(new ConnectException("web1", phase, "ssh's words") { IsRetryable = isRetryable })!;
        ErrorInfo info = FailureDetails.Info(failure);

        Assert.Equal((code, "ssh's words"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal((reason, "fireball", "web1", phase), (info.Reason, info.Domain, info.Metadata["host"], info.Metadata["phase"]));
        Assert.Equal(phase, failure.Trailers.GetValue("fireball-phase"));
        Assert.Equal((int)code, failure.GetRpcStatus()!.Code);
    }

    [Theory]
    [InlineData(FileRefusal.AccessDenied, StatusCode.PermissionDenied, "FILE_ACCESS_DENIED")]
    [InlineData(FileRefusal.BadName, StatusCode.InvalidArgument, "FILE_NAME_INVALID")]
    [InlineData(FileRefusal.Damaged, StatusCode.DataLoss, "DATA_DAMAGED")]
    [InlineData(FileRefusal.NoResources, StatusCode.ResourceExhausted, "NO_RESOURCES")]
    [InlineData(FileRefusal.NotFound, StatusCode.NotFound, "FILE_NOT_FOUND")]
    [InlineData(FileRefusal.Refused, StatusCode.FailedPrecondition, "FILE_REFUSED")]
    public void A_file_that_is_refused_says_why(FileRefusal refusal, StatusCode code, string reason)
    {
        RpcException failure = Failures.Explain(new FileRefusedException("web1", "get", refusal, "the kernel's words"))!;

        Assert.Equal((code, reason), (failure.StatusCode, FailureDetails.Reason(failure)));
    }

    [Fact]
    public void A_bad_request_names_its_field()
    {
        RpcException failure = Failures.Explain(new BadRequestException("command.argv", "empty"))!;
        BadRequest.Types.FieldViolation violation = Assert.Single(failure.GetRpcStatus()!.GetDetail<BadRequest>().FieldViolations);

        Assert.Equal(("command.argv", "empty"), (violation.Field, violation.Description));
        Assert.Equal(("BAD_REQUEST", "command.argv: empty"), (FailureDetails.Reason(failure), failure.Status.Detail));
    }

    [Fact]
    public void A_lost_command_says_so_in_details_and_trailers()
    {
        RpcException failure = Failures.Explain(new ExecOutcomeUnknownException("web1", "the connection was lost"))!;

        Assert.Equal("unknown", failure.Trailers.GetValue("fireball-outcome"));
        Assert.Equal(("OUTCOME_UNKNOWN", "unknown"), (FailureDetails.Reason(failure), FailureDetails.Info(failure).Metadata["outcome"]));
    }

    [Fact]
    public void Each_reason_is_called_as_the_contract_calls_it()
    {
        Assert.All(
            ControllerReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("ErrorReason").Values,
            value => Assert.Equal(value.Name, "ERROR_REASON_" + Failures.NameOf((ErrorReason)value.Number)));
    }
}
