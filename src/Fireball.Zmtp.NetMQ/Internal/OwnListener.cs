using System.Net;
using System.Net.Sockets;

namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// Listens on a loopback port for one connection of this very process. Any local user can connect to it, and may be first:
/// a peer not proved to be this process is closed before a byte is read or written, and the wait goes on.
/// </summary>
/// <remarks>
/// The proof: the kernel's table says which inode the other end of the accepted connection has, and that inode is among the
/// open files of this process. The other end of a connection that is up is not replaced: another process that resets its
/// own, and whose port then becomes ours, leaves a dead socket here, on which nothing is sent any more. It is NetMQ that connects and
/// we who listen, not the other way round: a NetMQ socket that listens takes every peer and gives each its share.
/// </remarks>
internal sealed class OwnListener : IDisposable
{
    /// <summary>Readings of the table before a connection counts as another process's: rows can slip through while others come and go.</summary>
    private const int Readings = 3;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp);

    public OwnListener()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The first connection that is this process's.</summary>
    /// <exception cref="ZmtpException">The kernel's table cannot be read, so that nothing can be proved.</exception>
    public async Task<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var peer = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            bool isOwn = false;
            try
            {
                isOwn = IsOwn(peer);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ZmtpException(
                    $"NetMQ's loopback connection cannot be proved to be this process's own, so it is not used: {e.Message}", e);
            }
            catch (SocketException)
            {
                // It has gone again.
            }
            finally
            {
                if (!isOwn)
                {
                    peer.Dispose();
                }
            }

            if (isOwn)
            {
                return peer;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsOwn(Socket accepted)
    {
        var (here, there) = ((IPEndPoint)accepted.LocalEndPoint!, (IPEndPoint)accepted.RemoteEndPoint!);
        for (int i = 0; i < Readings; i++)
        {
            ulong inode = TcpTable.FindInode(File.ReadLines("/proc/self/net/tcp"), local: there, remote: here);
            if (inode != 0)
            {
                return HasOpen($"socket:[{inode}]");
            }
        }

        return false;
    }

    private static bool HasOpen(string target)
    {
        foreach (string descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (new FileInfo(descriptor).LinkTarget == target)
                {
                    return true;
                }
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        return false;
    }
}
