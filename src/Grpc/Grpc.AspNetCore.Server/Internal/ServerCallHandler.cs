using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>Serves the calls of one method, from the HTTP request to the trailers.</summary>
internal abstract class ServerCallHandler(IMethod method, ServerCallOptions options, ILogger logger)
{
    /// <summary>Serves a call; whatever fails becomes its status.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (Refuse(http))
        {
            return;
        }

        LiftLimits(http);
        http.Response.ContentType = HeaderNames.GrpcContentType;
        var context = new HttpServerCallContext(http, method, options);
        await using var disposing = context.ConfigureAwait(false);
        Status status;
        try
        {
            if (context.Start() is { } refusal)
            {
                status = refusal;
            }
            else
            {
                await InvokeAsync(context).ConfigureAwait(false);
                status = context.Status;
            }
        }
#pragma warning disable CA1031 // Whatever the service threw is how its call ends.
        catch (Exception e)
#pragma warning restore CA1031
        {
            status = ToStatus(context, e);
        }

        await context.EndReadingAsync().ConfigureAwait(false);
        await context.EndAsync(status).ConfigureAwait(false);
    }

    /// <summary>Reads the requests, calls the service and writes its responses.</summary>
    protected abstract Task InvokeAsync(HttpServerCallContext context);

    /// <summary>Answers what is no gRPC: gRPC over HTTP/2 asks for 415 where the content-type is another.</summary>
    private static bool Refuse(HttpContext http)
    {
        var protocol = http.Request.Protocol;
        if (!HttpProtocol.IsHttp2(protocol) && !HttpProtocol.IsHttp3(protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "h2c";
            return true;
        }

        if (!HeaderNames.IsGrpcContentType(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            StatusTrailers.Write(
                http,
                new Status(StatusCode.Internal, $"The content-type '{http.Request.ContentType}' is not application/grpc."),
                metadata: null,
                only: true);
            return true;
        }

        return false;
    }

    /// <summary>A call may be as long and as slow as its deadline allows; a message's size is limited by itself.</summary>
    private static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    private Status ToStatus(HttpServerCallContext context, Exception exception)
    {
        switch (exception)
        {
            case RpcException rpc:
                foreach (var entry in rpc.Trailers)
                {
                    context.ResponseTrailers.Add(entry);
                }

                return rpc.Status;
            case ProtocolException protocol:
                logger.LogInformation("{Method} was refused: {Reason}", method.FullName, protocol.Message);
                return protocol.Status;
        }

        if (context.CancellationToken.IsCancellationRequested || exception is OperationCanceledException { InnerException: IOException })
        {
            return new Status(StatusCode.Cancelled, "The call was cancelled.");
        }

        logger.LogError(exception, "{Method} failed.", method.FullName);
        return new Status(
            StatusCode.Unknown,
            options.DetailedErrors
                ? $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}"
                : "Exception was thrown by handler.");
    }
}
