namespace Fireball.TestSupport;

/// <summary>A directory of random name below the system's temporary directory; removed with everything in it.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Creates the directory; mode 0755, so that other users' processes of a test reach it.</summary>
    public TemporaryDirectory(string prefix = "fbtest")
    {
        Path = Directory.CreateTempSubdirectory(prefix + "-").FullName;
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of an entry in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a text file into it and gives its path.</summary>
    public string Write(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.WriteAllText(this[name], text);
        File.SetUnixFileMode(this[name], mode);
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it.
        }
    }
}
