namespace Grpc.Core;

/// <summary>Hints about one write.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in a buffer for the next one; it leaves with the next write without this.</summary>
    BufferHint = 0x1,

    /// <summary>The message is not compressed.</summary>
    NoCompress = 0x2,
}
