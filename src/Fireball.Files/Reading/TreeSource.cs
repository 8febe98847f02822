namespace Fireball.Files;

/// <summary>One thing to copy: a path on the source side and the name it has in the stream.</summary>
/// <param name="Path">As the kernel takes it; relative to the current directory.</param>
/// <param name="Name">
/// The first component of the entries' paths. Empty: the source's own entry has an empty path, as where one source
/// becomes the target itself.
/// </param>
/// <param name="ContentsOnly">
/// The directory's own entry is left out: what it holds lies in the target directory beside other sources'.
/// </param>
public sealed record TreeSource(byte[] Path, byte[] Name, bool ContentsOnly = false)
{
    /// <summary>Whether the path ends in a slash, so that a symbolic link to a directory means the directory.</summary>
    public bool Follows => Path.Length > 0 && Path[^1] == (byte)'/';
}
