using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>Who is at the other end of a Unix-domain socket, as the kernel saw it at connect or listen (SO_PEERCRED).</summary>
/// <param name="Pid">Process id.</param>
/// <param name="UserId">User id.</param>
/// <param name="GroupId">Group id.</param>
public readonly partial record struct PeerIdentity(int Pid, uint UserId, uint GroupId)
{
    private const int SolSocket = 1;
    private const int SoPeercred = 17;

    /// <summary>This process's effective user id.</summary>
    public static uint OwnUserId => GetEuid();

    /// <summary>Asks the kernel.</summary>
    /// <exception cref="SocketException">Not a connected Unix-domain socket.</exception>
    public static PeerIdentity Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Span<byte> credentials = stackalloc byte[12];
        int length = socket.GetRawSocketOption(SolSocket, SoPeercred, credentials);
        if (length != credentials.Length)
        {
            throw new SocketException((int)SocketError.OperationNotSupported);
        }

        return new PeerIdentity(
            MemoryMarshal.Read<int>(credentials),
            MemoryMarshal.Read<uint>(credentials[4..]),
            MemoryMarshal.Read<uint>(credentials[8..]));
    }

    /// <summary>Asks the kernel.</summary>
    /// <exception cref="PosixException">Not a connected Unix-domain socket.</exception>
    public static unsafe PeerIdentity Of(Descriptor socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        CredentialRecord record;
        var length = (uint)sizeof(CredentialRecord);
        SystemCall.Check(
            ProcessCalls.getsockopt(socket.Number, SolSocket, SoPeercred, &record, &length), "getsockopt SO_PEERCRED");
        return new PeerIdentity(record.Pid, record.Uid, record.Gid);
    }

    /// <summary>Why it may not be talked to where only this user may: "uid 1000 (pid 12), not uid 0"; null: it is this user.</summary>
    public string? WhyNotOwn()
    {
        uint own = OwnUserId;
        return UserId == own ? null : $"uid {UserId} (pid {Pid}), not uid {own}";
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEuid();
}
