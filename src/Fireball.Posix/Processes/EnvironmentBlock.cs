using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>
/// An environment as bytes, name=value by name=value, in memory the kernel can be handed. Values need not be text.
/// </summary>
public sealed unsafe class EnvironmentBlock : IDisposable
{
    private readonly byte[][] _entries;
    private readonly byte** _block;
    private int _disposed;

    private EnvironmentBlock(byte[][] entries)
    {
        _entries = entries;
        var pointers = (nuint)(entries.Length + 1) * (nuint)sizeof(byte*);
        var size = pointers;
        foreach (var entry in entries)
        {
            size += (nuint)entry.Length + 1;
        }

        _block = (byte**)NativeMemory.Alloc(size);
        var text = (byte*)_block + pointers;
        for (var i = 0; i < entries.Length; i++)
        {
            _block[i] = text;
            entries[i].CopyTo(new Span<byte>(text, entries[i].Length));
            text[entries[i].Length] = 0;
            text += entries[i].Length + 1;
        }

        _block[entries.Length] = null;
    }

    internal byte** Pointer => _block;

    /// <summary>This process's environment as it was at its start.</summary>
    public static EnvironmentBlock FromProcess()
    {
        var entries = new List<byte[]>();
        for (var entry = ProcessCalls.GetEnviron(); entry is not null && *entry is not null; entry++)
        {
            entries.Add(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*entry).ToArray());
        }

        return new EnvironmentBlock([.. entries]);
    }

    /// <summary>Of these entries, each name=value.</summary>
    public static EnvironmentBlock FromEntries(IEnumerable<byte[]> entries) => new([.. entries]);

    /// <summary>The variable's value, or null. Where a name stands twice, the first counts, as in getenv(3).</summary>
    public ReadOnlyMemory<byte>? Get(ReadOnlySpan<byte> name)
    {
        foreach (var entry in _entries)
        {
            if (Names(entry, name))
            {
                return entry.AsMemory(name.Length + 1);
            }
        }

        return null;
    }

    /// <summary>A copy in which the changes were made one after the other; a null value removes.</summary>
    public EnvironmentBlock With(IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>> changes)
    {
        var entries = new List<byte[]>(_entries);
        foreach (var (name, value) in changes)
        {
            entries.RemoveAll(entry => Names(entry, name.Span));
            if (value is { } bytes)
            {
                entries.Add([.. name.Span, (byte)'=', .. bytes.Span]);
            }
        }

        return new EnvironmentBlock([.. entries]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            NativeMemory.Free(_block);
        }
    }

    private static bool Names(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> name) =>
        entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name);
}
