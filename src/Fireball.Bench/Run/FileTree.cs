namespace Fireball.Bench;

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

    /// <summary>Files of the small ones: what counts of them is how many there are.</summary>
    public const int SmallFiles = 1000;

    /// <summary>Bytes of each small one.</summary>
    public const int SmallFileBytes = 16;

    // So that there are directories to make too, and none is long to read.
    private const int FilesPerDirectory = 100;

    /// <summary>Makes one, named <see cref="Name"/>, in this directory.</summary>
    public static void Write(string parent) => Write(parent, Files, FileBytes);

    /// <summary>Makes one of small files.</summary>
    public static void WriteSmall(string parent) => Write(parent, SmallFiles, SmallFileBytes);

    private static void Write(string parent, int files, int fileBytes)
    {
        byte[] content = RandomFile.Bytes(files * fileBytes);
        for (int i = 0; i < files; i++)
        {
            string directory = Path.Combine(parent, Name, $"{i / FilesPerDirectory}");
            if (i % FilesPerDirectory == 0)
            {
                Directory.CreateDirectory(directory);
            }

            using FileStream file = File.Create(Path.Combine(directory, $"{i}"));
            file.Write(content.AsSpan(i * fileBytes, fileBytes));
        }
    }
}
