using Fireball.Linux;

namespace Fireball.Files;

/// <summary>A copy that could not begin or go on as a whole: what, where and why in one line.</summary>
public sealed class FileCopyException(byte[] path, int errno, string message) : IOException(message)
{
    /// <summary>The kernel's errno; 0 where the reason is ours.</summary>
    public int Errno { get; } = errno;

    /// <summary>The path concerned, exact; the message has it escaped.</summary>
    public byte[] Path { get; } = path;

    internal static FileCopyException FromErrno(ReadOnlySpan<byte> path, int result) =>
        new(path.ToArray(), -result, $"{TerminalText.EscapePath(path)}: {Linux.Errno.Describe(-result)}");
}
