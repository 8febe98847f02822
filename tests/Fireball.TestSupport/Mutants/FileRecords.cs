using Fireball.Files;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Type = Fireball.V1.FileEntry.Types.Type;

namespace Fireball.TestSupport;

/// <summary>Records of a copy, as Fireball makes them.</summary>
public static class FileRecords
{
    /// <summary>What is in each file.</summary>
    public static byte[] Content { get; } = "content"u8.ToArray();

    /// <summary>An entry.</summary>
    public static FileEntry Entry(string path, Type type = Type.File, string link = "") => new()
    {
        Path = ByteString.CopyFromUtf8(path),
        Type = type,
        Mode = type == Type.Directory ? 0x1edu : 0x1a4u,
        ModifiedTime = new Timestamp { Seconds = 1 },
        Size = type == Type.File ? (ulong)Content.Length : 0,
        LinkTarget = ByteString.CopyFromUtf8(link),
    };

    /// <summary>A directory or a symbolic link.</summary>
    public static FileRecord Of(ulong number, FileEntry entry) => new() { Number = number, Entry = entry };

    /// <summary>A file with all that is in it.</summary>
    public static FileRecord Whole(ulong number, string path)
    {
        var hash = new ContentHash();
        hash.Append(0, Content);
        byte[] sum = new byte[ContentHash.Size];
        hash.Finish(sum);
        return new FileRecord
        {
            Number = number,
            Entry = Entry(path),
            Data = ByteString.CopyFrom(Content),
            End = new FileEnd { Size = (ulong)Content.Length, Hash = ByteString.CopyFrom(sum) },
        };
    }
}
