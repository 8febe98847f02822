namespace Fireball.Files.Tests;

/// <summary>
/// A file system that takes bytes and cannot store them: an ext4 whose disk is a sparse file on a tmpfs too small for
/// it. Writes go to the page cache and succeed; fsync(2) finds that there is no room.
/// </summary>
internal sealed class FailingDisk : IDisposable
{
    private readonly TemporaryMount _store;
    private readonly string _path;

    public FailingDisk(string path)
    {
        _path = path;
        _store = new TemporaryMount(path + "-store", "size=6m,mode=700");
        try
        {
            string image = Path.Combine(path + "-store", "image");
            using (FileStream file = File.Create(image))
            {
                file.SetLength(64 << 20);
            }

            // Without a journal: its own failed writes would make the file system read-only before the test's do.
            Tree.Run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-E", "lazy_itable_init=1", image);
            Directory.CreateDirectory(path);
            Tree.Run("mount", "-o", "loop", image, path);
        }
        catch
        {
            _store.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Tree.Run("umount", _path);
        _store.Dispose();
    }
}
