using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>Who is at the other end of a Unix-domain socket, as the kernel saw it at connect or listen (SO_PEERCRED).</summary>
/// <param name="Pid">Process id.</param>
/// <param name="UserId">User id.</param>
/// <param name="GroupId">Group id.</param>
public readonly record struct PeerIdentity(int Pid, uint UserId, uint GroupId)
{
    /// <summary>This process's effective user id.</summary>
    public static uint OwnUserId => NativeCalls.geteuid();

    /// <summary>Asks the kernel.</summary>
    /// <exception cref="SocketException">Not a connected Unix-domain socket.</exception>
    public static PeerIdentity Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        CredentialRecord record = default;
        Span<byte> credentials = MemoryMarshal.AsBytes(new Span<CredentialRecord>(ref record));
        if (socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, credentials) != credentials.Length)
        {
            throw new SocketException((int)SocketError.OperationNotSupported);
        }

        return From(record);
    }

    /// <summary>Asks the kernel.</summary>
    /// <exception cref="PosixException">Not a connected Unix-domain socket.</exception>
    public static unsafe PeerIdentity Of(Descriptor socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        CredentialRecord record;
        var length = (uint)sizeof(CredentialRecord);
        SystemCall.Check(
            NativeCalls.getsockopt(socket.Number, SOL_SOCKET, SO_PEERCRED, &record, &length), "getsockopt SO_PEERCRED");
        return From(record);
    }

    /// <summary>Why it may not be talked to where only this user may: "uid 1000 (pid 12), not uid 0"; null: it is this user.</summary>
    public string? WhyNotOwn()
    {
        uint own = OwnUserId;
        return UserId == own ? null : $"uid {UserId} (pid {Pid}), not uid {own}";
    }

    private static PeerIdentity From(CredentialRecord record) => new(record.Pid, record.Uid, record.Gid);
}
