using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>A listening Unix-domain stream socket.</summary>
public sealed class UnixListener : IDisposable
{
    /// <summary>sun_path holds 108 bytes, one of them the NUL (unix(7)).</summary>
    public const int MaxPathLength = 107;

    // Connections the kernel keeps until they are accepted; it caps this at net.core.somaxconn (4,096). Beyond, a connect
    // that does not wait fails: a burst of them must not fill the queue before the reactor gets to run.
    private const int Backlog = 1024;

    private readonly Reactor _reactor;
    private readonly Descriptor _socket;
    private readonly Watch _watch;

    private UnixListener(Reactor reactor, Descriptor socket, bool acceptInline)
    {
        (_reactor, _socket, _watch) = (reactor, socket, new Watch(acceptInline));
        _ = reactor.Add(_watch, socket.Number, EPOLLIN | EPOLLET);
    }

    /// <summary>Binds and listens. The socket's mode follows the umask.</summary>
    /// <param name="reactor">Whose thread waits.</param>
    /// <param name="path">Where.</param>
    /// <param name="acceptInline">What awaits a connection goes on on the reactor's thread; it must not block there.</param>
    /// <exception cref="PosixException">The path is too long, taken, or cannot be written.</exception>
    public static unsafe UnixListener Bind(Reactor reactor, string path, bool acceptInline = false)
    {
        var socket = SystemCall.Own(
            NativeCalls.socket(AF_UNIX, SOCK_STREAM | O_CLOEXEC | O_NONBLOCK, 0), "socket");
        try
        {
            var address = UnixAddress.Of(path);
            fixed (byte* p = address)
            {
                SystemCall.Check(NativeCalls.bind(socket.Number, p, (uint)address.Length), $"bind {path}");
            }

            SystemCall.Check(NativeCalls.listen(socket.Number, Backlog), $"listen {path}");
            return new UnixListener(reactor, socket, acceptInline);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the next connection.</summary>
    /// <exception cref="ObjectDisposedException">The listener was disposed.</exception>
    public async ValueTask<Descriptor> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAccept() is { } accepted)
            {
                return accepted;
            }

            await _watch.Edge.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_socket.IsClosed)
        {
            _reactor.Remove(_watch, _socket.Number);
            _socket.Dispose();
            _watch.Edge.Close();
        }
    }

    private unsafe Descriptor? TryAccept()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_socket.IsClosed, this);
            var accepted = NativeCalls.accept4(_socket.Number, null, null, O_CLOEXEC | O_NONBLOCK);
            if (accepted >= 0)
            {
                return new Descriptor(accepted);
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EAGAIN:
                    return null;
                case var errno when errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.EINVAL or Errno.EBADF:
                    throw new PosixException(errno, "accept4");
                default:
                    // That connection is gone already (ECONNABORTED and the like); the next may be well.
                    continue;
            }
        }
    }

    private sealed class Watch(bool inline) : ReactorHandler
    {
        internal Readiness Edge { get; } = new(inline);

        protected internal override void OnReady(uint events) => Edge.Set();
    }
}
