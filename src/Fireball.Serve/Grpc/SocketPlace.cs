using Fireball.Linux;
using Fireball.Programs;

namespace Fireball.Serve;

/// <summary>
/// A Unix-domain socket that one process at a time listens on. A lock on a file beside it says whether a process does,
/// so that what a dead process left is told from a living one's and replaced.
/// </summary>
internal sealed class SocketPlace : IDisposable
{
    private readonly FileLock _lock;
    private readonly string _path;
    private int _disposed;

    private SocketPlace(string path, FileLock place, UnixListener listener) => (_path, _lock, Listener) = (path, place, listener);

    /// <summary>Listens on it.</summary>
    public UnixListener Listener { get; }

    /// <summary>Takes the place and listens; null: another process has it.</summary>
    /// <param name="path">The socket; its directory is there.</param>
    /// <param name="acceptInline">See <see cref="UnixListener.Bind"/>.</param>
    /// <exception cref="IOException">Something else lies there, or it cannot be made.</exception>
    public static SocketPlace? TryTake(string path, bool acceptInline = false)
    {
        FileLock? place = FileLock.TryTake(path + ".lock");
        if (place is null)
        {
            return null;
        }

        try
        {
            if (PosixFile.GetStatusAt(PosixFile.CurrentDirectory, PosixText.Encode(path), follow: false, out FileStatus status) >= 0)
            {
                if (status.Kind != FileKind.Socket)
                {
                    throw new IOException($"{path} is there and is no socket; remove it or choose another place");
                }

                // Another program, which takes no lock, may listen there.
                if (ServeSocket.TryConnect(path) is { } answering)
                {
                    answering.Dispose();
                    throw new IOException($"another program listens at {path}; choose another place");
                }

                File.Delete(path);
            }

            return new SocketPlace(path, place, UnixListener.Bind(Reactor.Shared, path, acceptInline));
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>Lets no new client in: removes the socket and gives the place back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            File.Delete(_path);
            Listener.Dispose();
            _lock.Dispose();
        }
    }
}
