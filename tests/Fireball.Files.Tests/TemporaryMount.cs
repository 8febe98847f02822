namespace Fireball.Files.Tests;

/// <summary>A small tmpfs, unmounted at the end.</summary>
internal sealed class TemporaryMount : IDisposable
{
    private readonly string _path;

    public TemporaryMount(string path, string options)
    {
        _path = path;
        Directory.CreateDirectory(path);
        Tree.Run("mount", "-t", "tmpfs", "-o", options, "fireball-test", path);
    }

    public void Dispose() => Tree.Run("umount", _path);
}
