using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>Arrays of strings as execve(2) takes them, argv and the environment.</summary>
internal static unsafe class StringArray
{
    /// <summary>
    /// The pointers, with the null that ends them, and the NUL-terminated bytes that they point to: one allocation, to be
    /// given back by <see cref="NativeMemory.Free"/>.
    /// </summary>
    internal static byte** Allocate(IReadOnlyList<ReadOnlyMemory<byte>> strings)
    {
        var pointers = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        var size = pointers;
        for (var i = 0; i < strings.Count; i++)
        {
            size += (nuint)strings[i].Length + 1;
        }

        var block = (byte**)NativeMemory.Alloc(size);
        var text = (byte*)block + pointers;
        for (var i = 0; i < strings.Count; i++)
        {
            var bytes = strings[i].Span;
            bytes.CopyTo(new Span<byte>(text, bytes.Length));
            text[bytes.Length] = 0;
            block[i] = text;
            text += bytes.Length + 1;
        }

        block[strings.Count] = null;
        return block;
    }
}
