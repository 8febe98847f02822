namespace Fireball.Files;

/// <summary>The sizes of what a copy sends and takes.</summary>
public static class CopyLimits
{
    /// <summary>
    /// Bytes of data in one record that we send. Below the 85,000 bytes from which on the receiver's array would be
    /// a large object, collected only with the whole heap.
    /// </summary>
    public const int RecordData = 64 * 1024;

    /// <summary>Bytes of data in one message that we send: two records. Large enough that a message's fixed cost
    /// vanishes, small enough that calls sharing the connection interleave.</summary>
    public const int BatchData = 2 * RecordData;

    /// <summary>Bytes of names, links and fields in one message that we send; with the data still a quarter of what a
    /// frame may hold (1 MiB).</summary>
    public const int BatchMetadata = 64 * 1024;

    /// <summary>Messages that are read ahead of the one being sent; arbitrary, half a MiB.</summary>
    public const int BatchesAhead = 4;

    /// <summary>Bytes of data in one record that we accept (file.proto).</summary>
    public const int AcceptedData = 256 * 1024;

    /// <summary>Bytes of an entry's path that we send and accept: deeper than any tree that PATH_MAX (4,096) lets be
    /// used by name; arbitrary beyond that.</summary>
    public const int PathLength = 32 * 1024;

    /// <summary>Directories held open along the current path; what is above is reopened on the way back. Arbitrary,
    /// far below the usual limit of 1,024 descriptors.</summary>
    public const int OpenDirectories = 64;

    /// <summary>After so many bytes more of one file a sync begins beside the writing, unless one is still running. 16 MiB,
    /// arbitrary: a tenth of a second of a rotating disk, which is long beside the flush of its cache at each sync's end,
    /// and what is left for the end of the file is short.</summary>
    public const int EarlySync = 16 * 1024 * 1024;
}
