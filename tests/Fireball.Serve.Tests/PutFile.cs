using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Serve.Tests;

/// <summary>The start of a put, in one line of a test.</summary>
internal sealed record PutFile(string Path)
{
    public uint? Mode { get; init; }

    public Timestamp? Modified { get; init; }

    public ulong? Size { get; init; }

    public bool MakeParents { get; init; }

    public ControllerPutStart ToMessage()
    {
        var start = new ControllerPutStart
        {
            Host = Bed.Host(), Path = ByteString.CopyFromUtf8(Path), ModifiedTime = Modified, MakeParents = MakeParents,
        };
        if (Mode is { } mode)
        {
            start.Mode = mode;
        }

        if (Size is { } size)
        {
            start.Size = size;
        }

        return start;
    }
}
