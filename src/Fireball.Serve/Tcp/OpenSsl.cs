using System.Runtime.InteropServices;

namespace Fireball.Serve;

/// <summary>TLS is OpenSSL's, which is loaded when it is needed; the runtime ends the process where it is not there.</summary>
internal static class OpenSsl
{
    /// <summary>The releases that .NET looks for, the newest first.</summary>
    private static readonly string[] Libraries = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    /// <summary>Says in one line what is missing, before the runtime does it in its way.</summary>
    /// <exception cref="IOException">It is not installed.</exception>
    public static void EnsurePresent()
    {
        foreach (string library in Libraries)
        {
            if (NativeLibrary.TryLoad(library, out _))
            {
                return;
            }
        }

        throw new IOException(
            $"TLS needs OpenSSL ({Libraries[0]}), which is not installed here (Debian's package libssl3); the Unix-domain socket works without");
    }
}
