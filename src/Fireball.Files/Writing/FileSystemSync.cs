using Fireball.Linux;

namespace Fireball.Files;

// The file systems that a copy wrote to, each by a descriptor opened before the writing, which is what lets syncfs
// tell of what went wrong meanwhile.
internal sealed class FileSystemSync : IDisposable
{
    private readonly Dictionary<ulong, int> _byDevice = [];

    public void Add(int directory, in FileStatus status)
    {
        if (!_byDevice.ContainsKey(status.Device))
        {
            int fd = PosixFile.OpenAt(directory, "."u8, OpenFlags.Directory);
            if (fd >= 0)
            {
                _byDevice.Add(status.Device, fd);
            }
        }
    }

    /// <summary>Waits until all of them are on the disk. 0, or the first error.</summary>
    public int Sync()
    {
        int first = 0;
        foreach (int fd in _byDevice.Values)
        {
            int result = PosixFile.SyncFileSystem(fd);
            first = first < 0 ? first : Math.Min(result, 0);
        }

        return first;
    }

    public void Dispose()
    {
        foreach (int fd in _byDevice.Values)
        {
            _ = PosixFile.Close(fd);
        }

        _byDevice.Clear();
    }
}
