using System.Runtime.InteropServices;
using Fireball.Linux;

namespace Fireball.Programs;

/// <summary>Where the serving process listens.</summary>
/// <param name="Directory">A directory that no other user may enter.</param>
/// <param name="Version">The program's version, part of the names: other versions work side by side.</param>
/// <param name="Build">Tells builds of one version apart.</param>
public sealed record ServePaths(string Directory, string Version, string Build)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The socket.</summary>
    public string Socket => $"{Directory}/{Version}-{Build}";

    /// <summary>
    /// The socket of the gRPC API, of one name for programs of any build: whichever process came first has it.
    /// </summary>
    public string GrpcSocket => $"{Directory}/grpc.sock";

    /// <summary>Why the way to the directory cannot be relied on, and what to do; null: it can.</summary>
    public string? WhyNotTrusted => TrustedPath.WhyNot(Path.GetDirectoryName(Directory)!) is { } reason
        ? $"{reason}: a user who may do that decides what lies there; set XDG_RUNTIME_DIR to a directory of your own"
        : null;

    /// <summary>Locked by the client that is starting the process.</summary>
    public string StartLock => Socket + ".start";

    /// <summary>
    /// The places of this user and this build: $XDG_RUNTIME_DIR/fireball, or /tmp/fireball-serve-UID where there is no
    /// such variable.
    /// </summary>
    /// <param name="version">The program's version.</param>
    /// <param name="program">fireball-serve's file; its identity tells builds apart.</param>
    public static ServePaths ForUser(string version, string program)
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string directory = runtime is { Length: > 0 } && runtime[0] == '/'
            ? $"{runtime.TrimEnd('/')}/fireball"
            : $"/tmp/fireball-serve-{PeerIdentity.OwnUserId}";
        var paths = new ServePaths(directory, version, BuildOf(program));

        // The names beside the socket are longer by less than a lock's extension; only the socket's length is limited.
        return paths.Socket.Length <= UnixListener.MaxPathLength
            ? paths
            : paths with { Directory = $"/tmp/fireball-serve-{PeerIdentity.OwnUserId}" };
    }

    /// <summary>
    /// Makes the directory where it is not there, and refuses one that is not this user's alone.
    /// </summary>
    /// <exception cref="IOException">With the reason and what to do.</exception>
    public void EnsureDirectory()
    {
        if (WhyNotTrusted is { } reason)
        {
            throw new IOException(reason);
        }

        PrivateDirectory.Ensure(Directory);
    }

    /// <summary>
    /// Size and time of the file, of a link's target: enough to tell two builds apart, read in one call, and the same
    /// whether the program asks by its own name or another by where it lies.
    /// </summary>
    private static string BuildOf(string program)
    {
        long identity = PosixFile.GetStatusAt(PosixFile.CurrentDirectory, PosixText.Encode(program), follow: true, out FileStatus status) >= 0
            ? ((status.ModifiedSeconds * NanosecondsPerSecond) + status.ModifiedNanoseconds) ^ (status.Size << 20)
            : 0;
        return Convert.ToHexStringLower(MemoryMarshal.AsBytes([identity]));
    }
}
