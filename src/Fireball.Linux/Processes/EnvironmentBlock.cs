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
        var entries = new List<ReadOnlyMemory<byte>>(_entries);
        foreach (var (name, value) in changes)
        {
            entries.RemoveAll(entry => Names(entry.Span, name.Span));
            if (value is { } bytes)
            {
                entries.Add((byte[])[.. name.Span, (byte)'=', .. bytes.Span]);
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
