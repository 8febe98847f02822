using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server;

internal sealed partial class HttpServerCallContext
{
    /// <summary>The longest a timer can be set for, some 49 days; what is later never comes here.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    // RFC 9113, 7: NO_ERROR and CANCEL.
    private const int NoErrorCode = 0;
    private const int CancelErrorCode = 8;

    private DateTime _deadline = DateTime.MaxValue;
    private Timer? _deadlineTimer;
    private CancellationTokenSource? _expiry;
    private CancellationToken? _expiryToken;
    private TaskCompletionSource? _expired;

    public ValueTask DisposeAsync()
    {
        if (_deadlineTimer is null)
        {
            return ValueTask.CompletedTask;
        }

        _expiry!.Dispose();
        return _deadlineTimer.DisposeAsync();
    }

    private Status? StartDeadline(TimeSpan timeout)
    {
        var now = DateTime.UtcNow;
        if (timeout <= TimeSpan.Zero)
        {
            _deadline = now;
            return DeadlinePassed;
        }

        if (timeout >= DateTime.MaxValue - now)
        {
            return null;
        }

        _deadline = now + timeout;
        if (timeout > MaxTimer)
        {
            return null;
        }

        _expiry = CancellationTokenSource.CreateLinkedTokenSource(HttpContext.RequestAborted);
        _expiryToken = _expiry.Token;
        _expired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var due = TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds));
        _deadlineTimer = new Timer(
            static state => _ = ((HttpServerCallContext)state!).ExpireAsync(), this, due, Timeout.InfiniteTimeSpan);
        return null;
    }

    private static Status DeadlinePassed => new(StatusCode.DeadlineExceeded, "The deadline passed.");

    /// <summary>
    /// Ends the response at the deadline, whatever the service does; the service sees its token cancelled. A response
    /// that waits for the client's window cannot be ended: its stream is reset.
    /// </summary>
    private async Task ExpireAsync()
    {
        var before = Interlocked.CompareExchange(ref _state, Ended, Idle);
        if (before == Ended)
        {
            return;
        }

        try
        {
            if (before == Idle)
            {
                StatusTrailers.Write(HttpContext, DeadlinePassed, _responseTrailers, only: !_sent);
                await HttpContext.Response.CompleteAsync().ConfigureAwait(false);
                // RFC 9113, 8.1: the response is whole, the rest of the request is not wanted.
                HttpContext.Features.Get<IHttpResetFeature>()?.Reset(NoErrorCode);
            }
            else if (Interlocked.Exchange(ref _state, Ended) != Ended)
            {
                HttpContext.Features.Get<IHttpResetFeature>()?.Reset(CancelErrorCode);
            }
            else
            {
                return;
            }

            await _expiry!.CancelAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The connection is gone, or a callback of the service's token threw: the call's task says so.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _expired!.TrySetException(e);
        }
        finally
        {
            _expired!.TrySetResult();
        }
    }
}
