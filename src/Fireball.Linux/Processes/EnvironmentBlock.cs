using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>
/// An environment as bytes, name=value by name=value, in memory the kernel can be handed. Values need not be text.
/// </summary>
public sealed unsafe class EnvironmentBlock : IDisposable
{
    private readonly ReadOnlyMemory<byte>[] _entries;
    private readonly byte** _block;
    private int _disposed;

    private EnvironmentBlock(ReadOnlyMemory<byte>[] entries)
    {
        _entries = entries;
        _block = StringArray.Allocate(entries);
    }

    internal byte** Pointer => _block;

    /// <summary>Each name=value, in order.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Entries => _entries;

    /// <summary>This process's environment as it was at its start.</summary>
    public static EnvironmentBlock FromProcess()
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        for (var entry = NativeCalls.GetEnviron(); entry is not null && *entry is not null; entry++)
        {
            entries.Add(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*entry).ToArray());
        }

        return new EnvironmentBlock([.. entries]);
    }

    /// <summary>Of these entries, each name=value.</summary>
    public static EnvironmentBlock FromEntries(IEnumerable<byte[]> entries) =>
        new([.. entries.Select(entry => (ReadOnlyMemory<byte>)entry)]);

    /// <summary>Of these variables; text as <see cref="PosixText"/> has it.</summary>
    public static EnvironmentBlock FromVariables(IEnumerable<KeyValuePair<string, string>> variables) =>
        new(PosixText.EncodeAll(variables.Select(variable => $"{variable.Key}={variable.Value}")));

    /// <summary>The variable's value, or null. Where a name stands twice, the first counts, as in getenv(3).</summary>
    public ReadOnlyMemory<byte>? Get(ReadOnlySpan<byte> name)
    {
        foreach (var entry in _entries)
        {
            if (Names(entry.Span, name))
            {
                return entry[(name.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>A copy in which the changes were made one after the other; a null value removes.</summary>
    public EnvironmentBlock With(IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>> changes)
    {
        // What each name was changed to last; the order in which they were, since a variable goes to the end when it is set.
        var last = new Dictionary<ReadOnlyMemory<byte>, int>(ByteComparer.Instance);
        var made = new List<ReadOnlyMemory<byte>?>();
        foreach (var (name, value) in changes)
        {
            if (last.TryGetValue(name, out int before))
            {
                made[before] = null;
            }

            last[name] = made.Count;
            made.Add(value is { } bytes ? (ReadOnlyMemory<byte>?)(byte[])[.. name.Span, (byte)'=', .. bytes.Span] : null);
        }

        return new EnvironmentBlock(
            [.. _entries.Where(entry => !last.ContainsKey(NameOf(entry))), .. made.OfType<ReadOnlyMemory<byte>>()]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            NativeMemory.Free(_block);
        }
    }

    // The name of an entry without "=" is its whole, which no change has.
    private static ReadOnlyMemory<byte> NameOf(ReadOnlyMemory<byte> entry) =>
        entry.Span.IndexOf((byte)'=') is var end and >= 0 ? entry[..end] : entry;

    private static bool Names(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> name) =>
        entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name);

    private sealed class ByteComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(obj.Span);
            return hash.ToHashCode();
        }
    }
}
