using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>Passes a call on to another invoker, message by message. Every call kind is a special case of duplex.</summary>
internal sealed class RelayService
{
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    private readonly Method<RelayedMessage, RelayedMessage> _method;
    private readonly RelayTarget _target;

    private RelayService(Method<RelayedMessage, RelayedMessage> method, RelayTarget target)
    {
        _method = method;
        _target = target;
    }

    /// <summary>A method that relays; null where the name is none.</summary>
    internal static ServerMethod? CreateMethod(string fullName, RelayTarget target)
    {
        var slash = fullName.LastIndexOf('/');
        if (slash < 2 || fullName[0] != '/' || slash == fullName.Length - 1)
        {
            return null;
        }

        var method = new Method<RelayedMessage, RelayedMessage>(
            MethodType.DuplexStreaming,
            fullName[1..slash],
            fullName[(slash + 1)..],
            RelayedMessage.Marshaller,
            RelayedMessage.Marshaller);
        var relay = new RelayService(method, target);
        return new ServerMethod<RelayedMessage, RelayedMessage>(method, async call =>
        {
            await relay.RunAsync(call).ConfigureAwait(false);
            return null;
        });
    }

    private async Task RunAsync(
        ServerCall<RelayedMessage, RelayedMessage> call)
    {
        var context = call.Context;
        var cancellation = context.CancellationToken;
        var invoker = await _target(context.Method, context.RequestHeaders, cancellation).ConfigureAwait(false)
            ?? throw new RpcException(
                new Status(StatusCode.Unimplemented, $"there is no method {context.Method} here"), NotStarted.Trailers);
        var options = new CallOptions(
            context.RequestHeaders, context.Deadline, cancellation, Buffered);
        using var relayed = invoker.AsyncDuplexStreamingCall(_method, host: null, options);
        using var responsesEnded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sending = SendRequestsAsync(call, relayed.RequestStream, responsesEnded.Token);
        try
        {
            var headers = await relayed.ResponseHeadersAsync.ConfigureAwait(false);
            var next = relayed.ResponseStream.MoveNext(cancellation);
            if (headers.Count > 0)
            {
                call.WriteOptions = Hint(next);
                await context.WriteResponseHeadersAsync(headers).ConfigureAwait(false);
            }

            await PumpAsync(relayed.ResponseStream, next, call, cancellation).ConfigureAwait(false);
            context.Status = relayed.GetStatus();
            foreach (var entry in relayed.GetTrailers())
            {
                context.ResponseTrailers.Add(entry);
            }
        }
        catch (RpcException failure) when (invoker is IRelayedInvoker { FailureTrailers: { Count: > 0 } more })
        {
            var trailers = new Metadata();
            foreach (var entry in failure.Trailers.Concat(more))
            {
                trailers.Add(entry);
            }

            throw new RpcException(failure.Status, trailers, failure.Message);
        }
        finally
        {
            await responsesEnded.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
        }
    }

    /// <summary>Passes requests on. Its failures are not told here: the call they end tells them to its reader.</summary>
    private static async Task SendRequestsAsync(
        IAsyncStreamReader<RelayedMessage> requests, IClientStreamWriter<RelayedMessage> target, CancellationToken cancellationToken)
    {
        try
        {
            await PumpAsync(requests, requests.MoveNext(cancellationToken), target, cancellationToken).ConfigureAwait(false);
            await target.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException or RpcException or InvalidOperationException)
        {
            // Cancelled by the client, or ended by the server before the last request.
        }
    }

    /// <summary>What is written waits in the buffer only where more is surely written after it at once.</summary>
    private static WriteOptions Hint(Task<bool> next) => next.IsCompletedSuccessfully ? Buffered : WriteOptions.Default;

    /// <summary>
    /// Passes messages on, one at a time: the next one is taken when there is credit for this one, which is the
    /// back-pressure. Where another is there already, this one waits in the buffer for it.
    /// </summary>
    private static async Task PumpAsync(
        IAsyncStreamReader<RelayedMessage> source,
        Task<bool> next,
        IAsyncStreamWriter<RelayedMessage> target,
        CancellationToken cancellationToken)
    {
        while (await next.ConfigureAwait(false))
        {
            var message = source.Current;
            next = source.MoveNext(cancellationToken);
            target.WriteOptions = Hint(next);
            try
            {
                await target.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                message.Return();
            }
        }
    }
}
