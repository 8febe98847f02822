using System.Diagnostics.CodeAnalysis;
using Fireball.Controller;
using Fireball.Serve.Client;
using Fireball.V1;

namespace Fireball.Serve;

/// <summary>The hosts that are kept. Thread-safe.</summary>
internal sealed class HostTable : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostEntry> _entries = [];
    private readonly HashSet<Task> _closing = [];
    private readonly FireballOptions _options;

    public HostTable(FireballOptions options) => _options = options;

    /// <summary>Told whenever the number of hosts may have changed.</summary>
    public Action? Changed { get; set; }

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

    /// <summary>The host of this spec, made where it is new; acquired.</summary>
    public HostEntry Acquire(HostSpec spec)
    {
        string key = HostKey.Of(spec);
        HostEntry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry) || !entry.TryAcquire())
            {
                entry = new HostEntry(key, spec, _options, Remove);
                _ = entry.TryAcquire();
                _entries[key] = entry;
            }
        }

        entry.Keep(TimeSpan.FromMilliseconds(spec.PersistMs));
        Changed?.Invoke();
        return entry;
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

            Task closing = entry.DisposeAsync().AsTask();
            _closing.Add(closing);
            _ = closing.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
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

    private void Forget(Task closing)
    {
        lock (_lock)
        {
            _closing.Remove(closing);
        }

        Changed?.Invoke();
    }
}
