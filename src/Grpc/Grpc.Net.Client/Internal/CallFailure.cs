using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>What an exception of the HTTP handler means, in gRPC's words.</summary>
internal static class CallFailure
{
    /// <summary>The status; a stream cancelled by the server after the deadline is DEADLINE_EXCEEDED.</summary>
    public static Status ToStatus(Exception exception, bool deadlinePassed)
    {
        switch (exception)
        {
            case ProtocolException protocol:
                return protocol.Status;
            case RpcException rpc:
                return rpc.Status;
            case OperationCanceledException when !deadlinePassed:
                return new Status(StatusCode.Cancelled, "The call was cancelled.", exception);
        }

        var code = exception is OperationCanceledException ? StatusCode.Cancelled : ToStatusCode(exception);
        return deadlinePassed && code == StatusCode.Cancelled
            ? new Status(StatusCode.DeadlineExceeded, "The deadline passed.", exception)
            : new Status(code, Describe(exception), exception);
    }

    private static StatusCode ToStatusCode(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case HttpProtocolException reset:
                    return StatusHeaders.FromReset(reset.ErrorCode);
                case SocketException:
                case HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and not HttpRequestError.InvalidResponse }:
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return StatusCode.Unavailable;
            }
        }

        return exception is IOException ? StatusCode.Unavailable : StatusCode.Internal;
    }

    /// <summary>The messages of an exception and what is behind it, in one line.</summary>
    private static string Describe(Exception exception)
    {
        var words = exception.Message;
        for (var e = exception.InnerException; e is not null; e = e.InnerException)
        {
            if (!words.Contains(e.Message, StringComparison.Ordinal))
            {
                words += " " + e.Message;
            }
        }

        return words;
    }
}
