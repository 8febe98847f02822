using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// One caller who wants to know how the hosts are. What changes while he does not read is remembered as a set of hosts,
/// not as a queue of changes: he then gets how they are, and no more is kept than there are hosts. Thread-safe.
/// </summary>
internal sealed class HostWatch(HostTable hosts, Predicate<HostEntry> lists)
{
    private readonly Lock _lock = new();

    // Per host, how it was told last; connected_for aside, which always changes.
    private readonly Dictionary<string, HostState> _told = [];

    // What is to be told: a host that is there, or null for one that was told of and is gone.
    private readonly Dictionary<string, HostEntry?> _due = [];
    private TaskCompletionSource _signal = NewSignal();

    /// <summary>A host is there, or is not as it was.</summary>
    public void NoteChanged(HostEntry entry)
    {
        if (!lists(entry))
        {
            return;
        }

        lock (_lock)
        {
            _due[entry.Key] = entry;
            _signal.TrySetResult();
        }
    }

    /// <summary>A host is not kept any more.</summary>
    public void NoteRemoved(HostEntry entry)
    {
        lock (_lock)
        {
            if (_told.ContainsKey(entry.Key))
            {
                _due[entry.Key] = null;
                _signal.TrySetResult();
            }
            else
            {
                _due.Remove(entry.Key);
            }
        }
    }

    /// <summary>Tells how the hosts are, that this was all, and then each change, until cancelled.</summary>
    public async Task RunAsync(IServerStreamWriter<WatchHostsResponse> responses, CancellationToken cancellationToken)
    {
        try
        {
            foreach (HostEntry entry in hosts.Add(this))
            {
                NoteChanged(entry);
            }

            for (bool complete = false; ; complete = true)
            {
                Task changed = Restart();
                while (Take() is { } response)
                {
                    await responses.WriteAsync(response, cancellationToken).ConfigureAwait(false);
                }

                if (!complete)
                {
                    await responses.WriteAsync(new WatchHostsResponse { Complete = true }, cancellationToken).ConfigureAwait(false);
                }

                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            hosts.Remove(this);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static HostState Comparable(HostState state)
    {
        HostState copy = state.Clone();
        copy.ConnectedFor = null;
        return copy;
    }

    /// <summary>Completes with the first change from now on.</summary>
    private Task Restart()
    {
        lock (_lock)
        {
            if (_signal.Task.IsCompleted)
            {
                _signal = NewSignal();
            }

            return _signal.Task;
        }
    }

    /// <summary>The next thing that is to be told; null: nothing.</summary>
    private WatchHostsResponse? Take()
    {
        lock (_lock)
        {
            foreach ((string key, HostEntry? entry) in _due)
            {
                _due.Remove(key);
                if (entry is null)
                {
                    _told.Remove(key, out HostState? last);
                    return new WatchHostsResponse { Host = last, Removed = true };
                }

                HostState state = entry.Describe();
                HostState comparable = Comparable(state);
                if (!_told.TryGetValue(key, out HostState? told) || !told.Equals(comparable))
                {
                    _told[key] = comparable;
                    return new WatchHostsResponse { Host = state };
                }
            }

            return null;
        }
    }
}
