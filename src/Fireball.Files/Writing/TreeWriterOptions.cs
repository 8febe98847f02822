namespace Fireball.Files;

/// <summary>Where a <see cref="TreeWriter"/> writes, and how.</summary>
public sealed record TreeWriterOptions
{
    /// <summary>
    /// The target's path. It may lead through symbolic links, as its user chose it; below it none is followed.
    /// </summary>
    public required byte[] Target { get; init; }

    /// <summary>
    /// Not empty: a target that is an existing directory receives the source under this name. Empty: the target
    /// itself becomes the copy.
    /// </summary>
    public byte[] Name { get; init; } = [];

    /// <summary>Create missing parent directories of the target.</summary>
    public bool MakeParents { get; init; }

    /// <summary>
    /// The target is a directory (created where it is missing), and the entries of one component are what it gets.
    /// </summary>
    public bool IntoDirectory { get; init; }

    /// <summary>What the source may turn out to be.</summary>
    public RootRule Root { get; init; }

    /// <summary>Where the use of named temporaries is noted, so that a later process finds them; null: nowhere.</summary>
    public TemporaryJournal? Journal { get; init; }

    /// <summary>Wait until everything is on the disk: before the rename of a single file, once at a tree's end.</summary>
    public bool Sync { get; init; } = true;

    /// <summary>
    /// Files are written without a name where the kernel and the file system can (O_TMPFILE), so that not even kill -9
    /// leaves anything. False: always under a temporary name.
    /// </summary>
    public bool Unnamed { get; init; } = true;
}
