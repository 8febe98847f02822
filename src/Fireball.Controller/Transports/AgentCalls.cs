using System.Net;
using System.Net.Http.Headers;
using Fireball.Rpc;

namespace Fireball.Controller;

/// <summary>
/// On the way of every gRPC call to an agent: tells calls that surely were not sent, because their connection had ended, from
/// those of which that is not known.
/// </summary>
internal sealed class AgentCalls(HttpMessageHandler inner, WatchedStream connection) : DelegatingHandler(inner)
{
    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (connection.Ended.IsCompleted)
        {
            return await NotSentAsync().ConfigureAwait(false);
        }

        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsNotSent(e))
        {
            return await NotSentAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The handler wanted another connection: it does so for a call that it has not begun to send, and for one that the
    /// agent said it has not looked at (RFC 9113, 8.7). Disposed, it begins none.
    /// </summary>
    private static bool IsNotSent(Exception failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is ConnectionUsedUpException)
            {
                return true;
            }
        }

        return failure is ObjectDisposedException;
    }

    /// <summary>UNAVAILABLE as an agent would say it: trailers only (gRPC over HTTP/2, "Responses").</summary>
    private async Task<HttpResponseMessage> NotSentAsync()
    {
        string reason = connection.Ended.IsCompleted ? await connection.Ended.ConfigureAwait(false) : "the agent is leaving";
        var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent([]),
        };
        response.Content.Headers.ContentType = Grpc;
        response.Headers.TryAddWithoutValidation("grpc-status", "14");
        response.Headers.TryAddWithoutValidation("grpc-message", Uri.EscapeDataString(reason));
        response.Headers.TryAddWithoutValidation(NotStarted.Key, "1");
        return response;
    }
}
