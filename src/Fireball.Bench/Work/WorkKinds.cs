namespace Fireball.Bench;

/// <summary>What there is to do. One line each; the transports say which of it they can.</summary>
internal static class WorkKinds
{
    private const long KiB = 1 << 10;
    private const long MiB = 1 << 20;

    public static readonly WorkKind Echo = new(
        "echo", "SIZE bytes there and back, no process", [64, 4 * KiB, 64 * KiB], [1, 32], MaxSize: 64 * KiB);

    public static readonly WorkKind Exec = new("exec", "run /bin/true", [], [1, 32]);

    public static readonly WorkKind Output = new("output", "run a command that prints SIZE bytes", [MiB], [1]);

    public static readonly WorkKind Input = new("input", "run a command that reads SIZE bytes", [MiB], [1]);

    public static readonly WorkKind Put = new("put", "copy a file of SIZE random bytes there", [4 * KiB, MiB, 32 * MiB], [1]);

    public static readonly WorkKind Get = new("get", "copy a file of SIZE random bytes here", [4 * KiB, MiB, 32 * MiB], [1]);

    public static readonly WorkKind PutTree = new(
        "put-tree", $"copy {FileTree.Files:#,0} files of {ByteSize.Format(FileTree.FileBytes)} there, not over those of the call before", [], [1]);

    public static readonly WorkKind GetTree = new("get-tree", "copy the same files here", [], [1]);

    public static readonly WorkKind PutSmall = new(
        "put-small", $"copy {FileTree.SmallFiles:#,0} files of {FileTree.SmallFileBytes} bytes there, where round trips count most", [], [1]);

    public static readonly WorkKind Connect = new(
        "connect", "connect anew, run /bin/true, leave", [], [1], MaxConcurrency: 1);

    public static readonly WorkKind ConnectNew = new(
        "connect-new", "the same where the agent is not there, with its upload and removal", [], [1], MaxConcurrency: 1);

    public static readonly WorkKind Idle = new(
        "idle", "stay connected, and do nothing; a call is a second of that", [], [1], MaxConcurrency: 1);

    public static readonly WorkKind OpenHost = new(
        "open-host", "connect the host once more, and keep that connection too", [], [4]);

    /// <summary>In the order in which they are measured and shown.</summary>
    public static IReadOnlyList<WorkKind> All { get; } =
        [Echo, Exec, Output, Input, Put, Get, PutTree, GetTree, PutSmall, Connect, ConnectNew, Idle, OpenHost];
}
