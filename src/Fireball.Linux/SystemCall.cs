using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>Turns results of system calls into values or exceptions.</summary>
internal static class SystemCall
{
    /// <summary>Throws for -1.</summary>
    internal static int Check(int result, string what) =>
        result >= 0 ? result : throw new PosixException(Marshal.GetLastPInvokeError(), what);

    /// <summary>A new descriptor, or an exception for -1.</summary>
    internal static Descriptor Own(int result, string what) => new(Check(result, what));

    /// <summary>A path or argument with the NUL that ends it.</summary>
    internal static byte[] Terminated(ReadOnlySpan<byte> text)
    {
        var copy = new byte[text.Length + 1];
        text.CopyTo(copy);
        return copy;
    }

    /// <summary>A path with the NUL that ends it.</summary>
    internal static byte[] Terminated(string path) => Terminated(System.Text.Encoding.UTF8.GetBytes(path));
}
