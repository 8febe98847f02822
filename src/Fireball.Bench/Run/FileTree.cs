namespace Fireball.Bench.Run;

/// <summary>
/// Many small files, as a checkout or a web site has them: what copying them costs is the files, not their bytes.
/// </summary>
internal static class FileTree
{
    /// <summary>Its own name, in whatever directory it is copied to.</summary>
    public const string Name = "tree";

    /// <summary>Files, all together.</summary>
    public const int Files = 2000;

    /// <summary>Bytes of each: a block of most file systems.</summary>
    public const int FileBytes = 4096;

    /// <summary>Bytes of all files.</summary>
    public const int Bytes = Files * FileBytes;

    // So that there are directories to make too, and none is long to read.
    private const int FilesPerDirectory = 100;

    /// <summary>Makes one, named <see cref="Name"/>, in this directory.</summary>
    public static void Write(string parent)
    {
        byte[] content = RandomFile.Bytes(Bytes);
        for (int i = 0; i < Files; i++)
        {
            string directory = Path.Combine(parent, Name, $"{i / FilesPerDirectory}");
            if (i % FilesPerDirectory == 0)
            {
                Directory.CreateDirectory(directory);
            }

            using FileStream file = File.Create(Path.Combine(directory, $"{i}"));
            file.Write(content.AsSpan(i * FileBytes, FileBytes));
        }
    }
}
