using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>One call under way, whatever its messages: its request, its time limit, and how it ended.</summary>
internal abstract class GrpcCall : IDisposable
{
    /// <summary>The longest a timer can be set for, some 49 days; a deadline beyond it is the server's to keep.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly CallOptions _options;
    // Not disposed: it has no timer and no wait handle, and the end of the call may race with its user's Dispose.
    private readonly CancellationTokenSource _cancellation = new();
    private CancellationTokenRegistration _userCancellation;
    private Timer? _deadlineTimer;
    private Task<HttpResponseMessage?> _opening = Task.FromResult<HttpResponseMessage?>(null);
    private HttpResponseMessage? _response;
    private HttpContent? _content;
    private CallOutcome? _outcome;
    private TaskCompletionSource? _end;

    protected GrpcCall(GrpcChannel channel, IMethod method, CallOptions options)
    {
        Channel = channel;
        Method = method;
        _options = options;
    }

    public GrpcChannel Channel { get; }

    public IMethod Method { get; }

    /// <summary>Null: the call is under way.</summary>
    public CallOutcome? Outcome => Volatile.Read(ref _outcome);

    /// <summary>The response once its headers are here; null: the call ended before. Never fails.</summary>
    public Task<HttpResponseMessage?> Opening => _opening;

    /// <summary>The encoding the caller chose for requests; null: identity.</summary>
    public string? RequestEncoding { get; private set; }

    /// <summary>Write options of requests, as the caller gave them.</summary>
    public WriteOptions? WriteOptions => _options.WriteOptions;

    /// <summary>Cancelled when the call ends otherwise than by the server's trailers.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>Starts the call; whatever fails from here on is its outcome.</summary>
    public void Start(HttpContent content)
    {
        _content = content;
        Channel.Register(this);
        var timeout = _options.Deadline is { } deadline && deadline != DateTime.MaxValue
            ? deadline.ToUniversalTime() - DateTime.UtcNow
            : (TimeSpan?)null;
        if (_options.CancellationToken.IsCancellationRequested)
        {
            Cancel("The call was cancelled before it started.");
        }
        else if (timeout <= TimeSpan.Zero)
        {
            Expire();
        }
        else
        {
            try
            {
                var request = CallRequest.Create(this, content, _options, timeout, out var encoding);
                RequestEncoding = encoding;
                _opening = OpenAsync(request);
            }
            catch (ProtocolException e)
            {
                Fail(e);
            }
        }
    }

    /// <summary>Completes when the call has an outcome.</summary>
    public Task WaitForEndAsync()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        end = Interlocked.CompareExchange(ref _end, end, null) ?? end;
        if (Outcome is not null)
        {
            end.TrySetResult();
        }

        return end.Task;
    }

    public void Cancel(string detail) => End(new Status(StatusCode.Cancelled, detail), trailers: null, local: true);

    public void Dispose() => Cancel("The call was disposed.");

    /// <summary>Ends the call for what was thrown while it was carried; an earlier outcome stands.</summary>
    public void Fail(Exception exception) => End(CallFailure.ToStatus(exception, DeadlinePassed), trailers: null, local: true);

    /// <summary>Ends the call with the server's status.</summary>
    public void End(Status status, Metadata trailers) => End(status, trailers, local: false);

    /// <summary>The exception of a call that has ended.</summary>
    public Exception CreateException()
    {
        var (status, trailers) = Ended();
        var exception = new RpcException(status, trailers);
        return Channel.ThrowOperationCanceled
            && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded
            ? new OperationCanceledException(status.Detail, exception, _options.CancellationToken)
            : exception;
    }

    public CallOutcome Ended() =>
        Outcome ?? throw new InvalidOperationException("The call has not ended; there is no status yet.");

    /// <summary>The server's initial metadata; none in a response of trailers only.</summary>
    public async Task<Metadata> GetHeadersAsync() =>
        await _opening.ConfigureAwait(false) is { } response
            ? ResponseHeaders.IsTrailersOnly(response) ? [] : ResponseHeaders.ToMetadata(response.Headers)
            : throw CreateException();

    private bool DeadlinePassed => _options.Deadline is { } deadline && deadline.ToUniversalTime() <= DateTime.UtcNow;

    private void Expire() =>
        End(new Status(StatusCode.DeadlineExceeded, "The deadline passed."), trailers: null, local: true);

    private async Task<HttpResponseMessage?> OpenAsync(HttpRequestMessage request)
    {
        try
        {
            if (_options.Deadline is { } deadline && deadline != DateTime.MaxValue)
            {
                var left = deadline.ToUniversalTime() - DateTime.UtcNow;
                // Rounded up: a timer may not fire before the deadline that the server is told.
                var due = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, left.TotalMilliseconds)));
                _deadlineTimer = new Timer(
                    static call => ((GrpcCall)call!).Expire(), this, due < MaxTimer ? due : MaxTimer, Timeout.InfiniteTimeSpan);
            }

            _userCancellation = _options.CancellationToken.UnsafeRegister(
                static call => ((GrpcCall)call!).Cancel("The call was cancelled by its caller."), this);
            var response = await Channel.SendAsync(request, CancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _response, response);
            Interlocked.MemoryBarrier();
            if (Outcome is not null)
            {
                response.Dispose();
                Release();
                return null;
            }

            if (ResponseHeaders.FindEnd(response) is { } end)
            {
                End(end.Status, end.Trailers);
                // A body that may follow is not read.
                response.Dispose();
            }

            return response;
        }
#pragma warning disable CA1031 // Whatever was thrown is how this call ended; its caller is told by the status.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
            Release();
            return null;
        }
    }

    private void End(Status status, Metadata? trailers, bool local)
    {
        if (Interlocked.CompareExchange(ref _outcome, new CallOutcome(status, trailers ?? []), null) is not null)
        {
            return;
        }

        Volatile.Read(ref _end)?.TrySetResult();
        Release();
        Channel.Unregister(this);
        var streaming = _content as StreamingContent;
        if (local || streaming is { IsComplete: false })
        {
            // Resets the stream, if it is open.
            _cancellation.Cancel();
            streaming?.Abort();
        }

        // Read to its end or not: its stream has a finalizer, which would keep all of the call alive for another collection.
        Volatile.Read(ref _response)?.Dispose();
    }

    private void Release()
    {
        _userCancellation.Unregister();
        _deadlineTimer?.Dispose();
    }
}
