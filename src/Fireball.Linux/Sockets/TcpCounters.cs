using System.Globalization;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>How many bytes the TCP connections of another process have carried, as the kernel counts them.</summary>
public static unsafe class TcpCounters
{
    // struct tcp_info (tcp(7), linux/tcp.h): tcpi_bytes_acked and tcpi_bytes_received, after 8 bytes, 24 times 4 and 2 times 8.
    private const int BytesAckedOffset = 120;
    private const int BytesReceivedOffset = 128;
    private const int UsedSize = 136;

    /// <summary>
    /// Payload bytes that the peer has acknowledged, and that have come, on all TCP sockets that the process has open.
    /// </summary>
    /// <returns>Null: it has none, is gone, or may not be looked into (ptrace(2)).</returns>
    public static (long Sent, long Received)? OfProcess(int pid)
    {
        using var process = new Descriptor((int)NativeCalls.syscall(SYS_pidfd_open, pid, 0, 0, 0));
        if (process.IsInvalid)
        {
            return null;
        }

        byte* information = stackalloc byte[UsedSize];
        (long Sent, long Received)? sum = null;
        foreach (int number in SocketsOf(pid))
        {
            using var socket = new Descriptor((int)NativeCalls.syscall(SYS_pidfd_getfd, process.Number, number, 0, 0));
            uint size = UsedSize;
            if (!socket.IsInvalid
                && NativeCalls.getsockopt(socket.Number, IPPROTO_TCP, TCP_INFO, information, &size) == 0
                && size == UsedSize)
            {
                (long sent, long received) = sum ?? default;
                sum = (sent + *(long*)(information + BytesAckedOffset), received + *(long*)(information + BytesReceivedOffset));
            }
        }

        return sum;
    }

    private static List<int> SocketsOf(int pid)
    {
        try
        {
            return [.. from link in new DirectoryInfo($"/proc/{pid}/fd").EnumerateFiles()
                       where link.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true
                       select int.Parse(link.Name, CultureInfo.InvariantCulture)];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
