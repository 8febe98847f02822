using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>
/// Random bytes fit for secrets, from the kernel (getrandom(2)). Not RandomNumberGenerator, which loads OpenSSL: a static
/// executable cannot, and a short command would feel it.
/// </summary>
public static unsafe class KernelRandom
{
    /// <summary>This many random bytes; waits only where the machine has just started and has none yet.</summary>
    public static byte[] GetBytes(int count)
    {
        byte[] bytes = new byte[count];
        Span<byte> rest = bytes;
        while (rest.Length > 0)
        {
            nint taken;
            fixed (byte* p = rest)
            {
                taken = NativeCalls.getrandom(p, (nuint)rest.Length, 0);
            }

            if (taken < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR)
                {
                    throw new PosixException(error, "getrandom");
                }

                continue;
            }

            rest = rest[(int)taken..];
        }

        return bytes;
    }

    /// <summary>This many random lower-case hexadecimal digits; an even number.</summary>
    public static string GetHex(int digits) => Convert.ToHexStringLower(GetBytes(digits / 2));
}
