using System.Text;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

/// <summary>Records made by hand, valid but for what a test makes wrong.</summary>
internal static class Records
{
    public static FileRecord Directory(ulong number, string path) => new()
    {
        Number = number,
        Entry = new FileEntry { Path = ByteString.CopyFromUtf8(path), Type = FileEntry.Types.Type.Directory, Mode = 0x1ed },
    };

    public static FileRecord Link(ulong number, string path, string target) => new()
    {
        Number = number,
        Entry = new FileEntry
        {
            Path = ByteString.CopyFromUtf8(path),
            Type = FileEntry.Types.Type.Symlink,
            LinkTarget = ByteString.CopyFromUtf8(target),
        },
    };

    public static FileRecord File(ulong number, string path, string content)
    {
        byte[] data = Encoding.UTF8.GetBytes(content);
        var hash = new ContentHash();
        hash.Append(0, data);
        byte[] sum = new byte[ContentHash.Size];
        hash.Finish(sum);
        return new FileRecord
        {
            Number = number,
            Entry = new FileEntry
            {
                Path = ByteString.CopyFromUtf8(path),
                Type = FileEntry.Types.Type.File,
                Mode = 0x1a4,
                Size = (ulong)data.Length,
            },
            Data = ByteString.CopyFrom(data),
            End = new FileEnd { Size = (ulong)data.Length, Hash = ByteString.CopyFrom(sum) },
        };
    }
}
