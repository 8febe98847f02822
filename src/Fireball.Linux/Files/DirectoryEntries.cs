using System.Buffers.Binary;

namespace Fireball.Linux;

/// <summary>Walks the records that <see cref="PosixFile.ReadDirectory"/> filled a buffer with; "." and ".." are left out.</summary>
/// <remarks>
/// linux_dirent64: inode u64, offset u64, record length u16, type u8, name with a terminating NUL, padding.
/// </remarks>
public ref struct DirectoryEntries(ReadOnlySpan<byte> filled)
{
    private const int LengthAt = 16;
    private const int TypeAt = 18;
    private const int NameAt = 19;

    private ReadOnlySpan<byte> _rest = filled;

    /// <summary>The current entry's name, one component.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The current entry's type; <see cref="FileKind.Unknown"/> where the file system does not tell.</summary>
    public FileKind Kind { get; private set; }

    /// <summary>Moves to the next entry. False: the buffer has no more.</summary>
    public bool MoveNext()
    {
        while (_rest.Length > NameAt)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest[LengthAt..]);
            ReadOnlySpan<byte> name = _rest[NameAt..length];
            name = name[..name.IndexOf((byte)0)];
            // DT_* are the type bits of the mode, shifted down by 12.
            Kind = (FileKind)(_rest[TypeAt] << 12);
            Name = name;
            _rest = _rest[length..];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                return true;
            }
        }

        return false;
    }
}
