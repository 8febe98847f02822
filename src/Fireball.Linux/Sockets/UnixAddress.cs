using System.Text;

namespace Fireball.Linux;

/// <summary>struct sockaddr_un: two bytes of family, then the path with its NUL.</summary>
internal static class UnixAddress
{
    internal static byte[] Of(string path)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > UnixListener.MaxPathLength)
        {
            throw new PosixException(Errno.ENAMETOOLONG, $"socket path {path}");
        }

        var address = new byte[2 + length + 1];
        address[0] = NativeConstants.AF_UNIX;
        Encoding.UTF8.GetBytes(path, address.AsSpan(2));
        return address;
    }
}
