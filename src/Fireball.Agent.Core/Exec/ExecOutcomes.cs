using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Agent.Core;

/// <summary>What became of every exec that had an id: at most once each, and an answer for a caller that lost the call.</summary>
internal sealed class ExecOutcomes(TimeProvider time)
{
    /// <summary>
    /// Outcomes kept. 16,384: at some 200 bytes each 3 MiB; at the fastest rate of short commands (2,500 a second on two
    /// cores) the last 6 seconds, at an ordinary one hours.
    /// </summary>
    internal const int MaxKept = 16_384;

    /// <summary>
    /// An outcome younger than this may still be asked for: the lease (60 s) within which a lost owner comes back, twice.
    /// </summary>
    internal static readonly TimeSpan Relevant = TimeSpan.FromSeconds(120);

    private readonly Lock _gate = new();
    private readonly Dictionary<ByteString, ExecExited?> _states = [];
    private readonly Queue<(ByteString Id, long EndedAt)> _ended = new();

    // The waits for the end of an exec; there is an entry only where a caller waits.
    private readonly Dictionary<ByteString, TaskCompletionSource> _waiting = [];

    // What _states holds for an id that was asked for before it came: it must not be started any more.
    private static readonly ExecExited Refused = new();
    private long? _youngestForgotten;

    /// <summary>Notes an exec as running. False: the id was used before.</summary>
    internal bool TryBegin(ByteString id)
    {
        lock (_gate)
        {
            return _states.TryAdd(id, null);
        }
    }

    /// <summary>No process was started after all.</summary>
    internal void NotStarted(ByteString id)
    {
        lock (_gate)
        {
            _states.Remove(id);
            Awake(id);
        }
    }

    /// <summary>The exec has ended.</summary>
    internal void Ended(ByteString id, ExecExited exited)
    {
        lock (_gate)
        {
            Keep(id, exited);
            Awake(id);
        }
    }

    /// <summary>Waits until it does not run any more; returns at once where it does not run.</summary>
    internal Task WaitAsync(ByteString id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(id, out var exited) || exited is not null)
            {
                return Task.CompletedTask;
            }

            if (!_waiting.TryGetValue(id, out var end))
            {
                _waiting[id] = end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return end.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// What is known. An id that is not known was not started, and will not be when the lost request arrives after all:
    /// some of it may still be on its way from a dead connection. Where outcomes that may still matter had to be forgotten,
    /// the state is unspecified.
    /// </summary>
    internal OutcomeResponse Find(ByteString id)
    {
        lock (_gate)
        {
            if (_states.TryGetValue(id, out var exited) && !ReferenceEquals(exited, Refused))
            {
                return exited is null
                    ? new OutcomeResponse { State = OutcomeResponse.Types.State.Running }
                    : new OutcomeResponse { State = OutcomeResponse.Types.State.Exited, Exited = exited };
            }

            if (exited is null)
            {
                if (_youngestForgotten is { } at && time.GetElapsedTime(at) <= Relevant)
                {
                    return new OutcomeResponse { State = OutcomeResponse.Types.State.Unspecified };
                }

                Keep(id, Refused);
            }

            return new OutcomeResponse { State = OutcomeResponse.Types.State.NotStarted };
        }
    }

    private void Keep(ByteString id, ExecExited exited)
    {
        _states[id] = exited;
        _ended.Enqueue((id, time.GetTimestamp()));
        if (_ended.Count > MaxKept)
        {
            var (oldest, at) = _ended.Dequeue();
            _states.Remove(oldest);
            _youngestForgotten = at;
        }
    }

    private void Awake(ByteString id)
    {
        if (_waiting.Remove(id, out var end))
        {
            end.SetResult();
        }
    }
}
