using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// Lines of /proc/net/tcp (proc(5)): number, local and remote address, state, queues, timer, retransmits, uid, timeout and
/// inode, separated by spaces. An address is the IPv4 address as the machine has it in memory, and the port, in hexadecimal:
/// <c>0100007F:1F90</c>.
/// </summary>
internal static class TcpTable
{
    private const int LocalField = 1;
    private const int RemoteField = 2;
    private const int InodeField = 9;

    /// <summary>The inode of the socket with these two addresses; 0 (as of a socket that no process has): there is none.</summary>
    public static ulong FindInode(IEnumerable<string> lines, IPEndPoint local, IPEndPoint remote)
    {
        (string localText, string remoteText) = (Format(local), Format(remote));
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > InodeField && fields[LocalField] == localText && fields[RemoteField] == remoteText)
            {
                return ulong.TryParse(fields[InodeField], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode) ? inode : 0;
            }
        }

        return 0;
    }

    private static string Format(IPEndPoint endPoint)
    {
        byte[] address = endPoint.Address.GetAddressBytes();
        uint value = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(address)
            : BinaryPrimitives.ReadUInt32BigEndian(address);
        return $"{value:X8}:{endPoint.Port:X4}";
    }
}
