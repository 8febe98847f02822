using System.Diagnostics.CodeAnalysis;

namespace Fireball.Rpc;

/// <summary>Messages received in a call and not yet read. Bounded by the credit the peer was given.</summary>
internal sealed class MessageQueue<T>(Call call, int initialWindow)
    where T : class
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private static readonly Task<bool> False = Task.FromResult(false);

    private readonly Lock _gate = new();
    private readonly Queue<(T Message, int Cost)> _messages = new();
    private readonly ReceiveWindow _window = new(call.Channel, initialWindow);
    private TaskCompletionSource<bool>? _waiter;
    private bool _complete;
    private Exception? _failure;
    private long _unread;
    private T? _current;

    /// <summary>The message the last successful <see cref="MoveNext"/> went to.</summary>
    [SuppressMessage("Design", "CA1065", Justification = "IAsyncStreamReader.Current throws before the first MoveNext.")]
    internal T Current => _current ?? throw new InvalidOperationException("No message: MoveNext did not return true.");

    /// <summary>
    /// Takes a received message; false: the connection holds too much unread. Called by the read loop, which flushes.
    /// </summary>
    internal bool Add(T message, int length)
    {
        var cost = length + Limits.PayloadOverhead;
        TaskCompletionSource<bool>? waiter;
        uint grant = 0;
        lock (_gate)
        {
            _window.Received(cost);
            if (_complete)
            {
                return true;
            }

            (waiter, _waiter) = (_waiter, null);
            if (waiter is not null)
            {
                _current = message;
                grant = _window.Consumed(cost);
            }
            else
            {
                _messages.Enqueue((message, cost));
                _unread += cost;
                if (!call.Channel.TryAddUnread(cost))
                {
                    return false;
                }
            }
        }

        if (grant > 0)
        {
            call.Channel.WriteCredit(call.Id, grant);
        }

        waiter?.TrySetResult(true);
        return true;
    }

    /// <summary>
    /// No more messages come. What is here can still be read unless <paramref name="discard"/>; then the reader gets
    /// <paramref name="failure"/>, or the stream's end.
    /// </summary>
    internal void Complete(Exception? failure, bool discard)
    {
        TaskCompletionSource<bool>? waiter;
        lock (_gate)
        {
            if (discard)
            {
                _messages.Clear();
                _failure = failure;
            }

            if (!_complete)
            {
                _complete = true;
                _failure = failure;
                _window.End();
                call.Channel.RemoveUnread(_unread);
                _unread = 0;
            }

            (waiter, _waiter) = (_waiter, null);
        }

        if (failure is null)
        {
            waiter?.TrySetResult(false);
        }
        else
        {
            waiter?.TrySetException(failure);
        }
    }

    internal Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> waiter;
        uint grant;
        lock (_gate)
        {
            if (_waiter is not null)
            {
                throw new InvalidOperationException("MoveNext before the previous one has completed.");
            }

            if (_messages.TryDequeue(out var next))
            {
                _current = next.Message;
                grant = Consume(next.Cost);
                waiter = null!;
            }
            else if (_complete)
            {
                _current = null;
                return _failure is null ? False : Task.FromException<bool>(_failure);
            }
            else
            {
                grant = 0;
                waiter = _waiter = new TaskCompletionSource<bool>(call.Channel.Continuations);
            }
        }

        if (waiter is null)
        {
            if (grant > 0)
            {
                call.Channel.WriteCredit(call.Id, grant);
                call.Channel.Flush();
            }

            return True;
        }

        // What was written with BufferHint leaves now: the message waited for may be its answer.
        call.FlushBuffered();
        return cancellationToken.CanBeCanceled ? Cancellable(waiter, cancellationToken) : waiter.Task;
    }

    private uint Consume(int cost)
    {
        if (_complete)
        {
            return 0;
        }

        _unread -= cost;
        call.Channel.RemoveUnread(cost);
        return _window.Consumed(cost);
    }

    private async Task<bool> Cancellable(TaskCompletionSource<bool> waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (queue, waiter) = ((MessageQueue<T>, TaskCompletionSource<bool>))state!;
                queue.CancelWait(waiter, token);
            },
            (this, waiter));
        return await waiter.Task.ConfigureAwait(false);
    }

    private void CancelWait(TaskCompletionSource<bool> waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_waiter != waiter)
            {
                return;
            }

            _waiter = null;
        }

        waiter.TrySetCanceled(cancellationToken);
    }
}
