using static Fireball.Posix.NativeConstants;

namespace Fireball.Posix;

/// <summary>Who is at the other end of a Unix-domain socket, as the kernel recorded at connect (SO_PEERCRED, unix(7)).</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Uid">Effective user id.</param>
/// <param name="Gid">Effective group id.</param>
public readonly record struct PeerCredentials(int Pid, uint Uid, uint Gid)
{
    /// <summary>Of a connected socket.</summary>
    public static unsafe PeerCredentials Of(Descriptor socket)
    {
        CredentialRecord record;
        var length = (uint)sizeof(CredentialRecord);
        SystemCall.Check(
            ProcessCalls.getsockopt(socket.Number, SOL_SOCKET, SO_PEERCRED, &record, &length), "getsockopt SO_PEERCRED");
        return new PeerCredentials(record.Pid, record.Uid, record.Gid);
    }
}
