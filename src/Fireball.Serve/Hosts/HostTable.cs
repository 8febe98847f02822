using System.Diagnostics.CodeAnalysis;
using Fireball.Controller;
using Fireball.Deploy;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>The hosts that are kept. Thread-safe.</summary>
internal sealed class HostTable : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostEntry> _entries = [];
    private readonly HashSet<Task> _closing = [];
    private readonly HashSet<HostWatch> _watches = [];
    private readonly FireballOptions _options;
    private readonly CancellationTokenSource _stopping = new();

    public HostTable(FireballOptions options) => _options = options;

    /// <summary>Told whenever the number of hosts may have changed.</summary>
    public Action? Changed { get; set; }

    /// <summary>Cancelled when all hosts are being closed.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count + _closing.Count;
            }
        }
    }

    /// <summary>The connected host of this key, acquired; false: it is not connected.</summary>
    public bool TryAcquireConnected(
        string key, [NotNullWhen(true)] out HostEntry? entry, [NotNullWhen(true)] out HostSession? session)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out entry) && entry.Connection.Session is { } connected && entry.TryAcquire())
            {
                session = connected;
                return true;
            }
        }

        entry = null;
        session = null;
        return false;
    }

    /// <summary>The host of this spec as a library user has it, made where it is new, kept until that is disposed.</summary>
    public FireballHost Use(HostSpec spec) => FireballHost.FromLink(Link(spec), spec.Destination);

    /// <summary>The same host, for calls of the agent itself.</summary>
    public HostUse Link(HostSpec spec) => new(this, Acquire(spec), spec);

    /// <summary>The host of this spec, made where it is new; to be given back by <see cref="Release"/>.</summary>
    /// <exception cref="RpcException">All are being closed.</exception>
    public HostEntry Acquire(HostSpec spec)
    {
        string key = HostKey.Of(spec);
        HostEntry? entry;
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
            {
                throw StoppingFailure();
            }

            if (!_entries.TryGetValue(key, out entry) || !entry.TryAcquire())
            {
                entry = new HostEntry(key, spec, _options, Remove, Tell);
                _ = entry.TryAcquire();
                _entries[key] = entry;
            }
        }

        entry.Keep(HostRules.Persist(spec));
        Changed?.Invoke();
        return entry;
    }

    /// <summary>Gives a host back. One that never was connected is not kept.</summary>
    /// <param name="entry">The host.</param>
    /// <param name="atLeast">One that is connected is kept for this long, even where its callers want it for less.</param>
    public void Release(HostEntry entry, TimeSpan atLeast = default)
    {
        lock (_lock)
        {
            entry.Release(atLeast);
            if (entry.Calls == 0 && entry.Connection.State == HostLinkState.None)
            {
                Remove(entry);
            }
        }
    }

    /// <summary>Connects an acquired host, or finds it connected.</summary>
    /// <exception cref="ConnectException">With the step that failed.</exception>
    public async Task<HostSession> ConnectAsync(
        HostEntry entry, HostSpec spec, IPrompter? prompter, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
        try
        {
            return await entry.Connection.ConnectAsync(
                prompter, progress, spec.HasSshAuthSock ? spec.SshAuthSock : null, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw StoppingFailure();
        }
        catch (ObjectDisposedException)
        {
            throw new ConnectException(spec.Destination, "connect", "the host was disconnected meanwhile") { IsRetryable = true };
        }
    }

    /// <summary>Takes a host out of the table; null: there is none of this key.</summary>
    public HostEntry? Take(string key)
    {
        HostEntry? entry;
        lock (_lock)
        {
            if (_entries.Remove(key, out entry))
            {
                entry.Close();
            }
        }

        return entry;
    }

    public IReadOnlyList<HostEntry> List()
    {
        lock (_lock)
        {
            return [.. _entries.Values.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
        }
    }

    /// <summary>Has a watch told of all changes from now on.</summary>
    /// <returns>The hosts as they are now.</returns>
    public IReadOnlyList<HostEntry> Add(HostWatch watch)
    {
        lock (_lock)
        {
            _watches.Add(watch);
            return List();
        }
    }

    /// <summary>Ends that.</summary>
    public void Remove(HostWatch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
        }
    }

    /// <summary>Takes a host out and closes it in the background; <see cref="DisposeAsync"/> waits for it.</summary>
    public void Remove(HostEntry entry)
    {
        lock (_lock)
        {
            entry.Close();
            if (_entries.TryGetValue(entry.Key, out HostEntry? current) && ReferenceEquals(current, entry))
            {
                _entries.Remove(entry.Key);
            }

            foreach (HostWatch watch in _watches)
            {
                watch.NoteRemoved(entry);
            }

            Task closing = entry.DisposeAsync().AsTask();
            _closing.Add(closing);
            _ = closing.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (HostEntry entry in List())
        {
            Remove(entry);
        }

        Task[] closing;
        lock (_lock)
        {
            closing = [.. _closing];
        }

        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    /// <summary>What a call gets that comes too late.</summary>
    public static RpcException StoppingFailure() =>
        Failures.Make(StatusCode.Unavailable, ErrorReason.Stopping, "this process is stopping");

    private void Tell(HostEntry entry)
    {
        lock (_lock)
        {
            foreach (HostWatch watch in _watches)
            {
                watch.NoteChanged(entry);
            }
        }
    }

    private void Forget(Task closing)
    {
        lock (_lock)
        {
            _closing.Remove(closing);
        }

        Changed?.Invoke();
    }
}
