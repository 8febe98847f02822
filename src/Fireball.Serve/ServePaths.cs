using System.Runtime.InteropServices;
using Fireball.Posix;

namespace Fireball.Serve;

/// <summary>Where the background process listens.</summary>
/// <param name="Directory">A directory that nobody else may enter.</param>
/// <param name="Version">The program's version, part of the names: other versions work side by side.</param>
/// <param name="Build">Tells builds of one version apart.</param>
public sealed record ServePaths(string Directory, string Version, string Build)
{
    /// <summary>sizeof(sun_path) of Linux, with the NUL that ends it.</summary>
    private const int MaxSocketPath = 108;

    /// <summary>The socket.</summary>
    public string Socket => $"{Directory}/{Version}-{Build}";

    /// <summary>Locked by the process that listens, as long as it lives.</summary>
    public string OwnerLock => Socket + ".lock";

    /// <summary>Locked by whoever is starting the process.</summary>
    public string StartLock => Socket + ".start";

    /// <summary>
    /// The places of this user and this build: $XDG_RUNTIME_DIR/fireball, or /tmp/fireball-serve-UID where there is no
    /// such variable.
    /// </summary>
    /// <param name="version">The program's version.</param>
    /// <param name="program">The program's file; its identity tells builds apart.</param>
    public static ServePaths ForUser(string version, string program)
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string directory = runtime is { Length: > 0 } && runtime[0] == '/'
            ? $"{runtime.TrimEnd('/')}/fireball"
            : $"/tmp/fireball-serve-{PeerIdentity.OwnUserId}";
        var paths = new ServePaths(directory, version, BuildOf(program));

        // The names beside the socket are longer by less than a lock's extension; only the socket's length is limited.
        return paths.Socket.Length < MaxSocketPath
            ? paths
            : paths with { Directory = $"/tmp/fireball-serve-{PeerIdentity.OwnUserId}" };
    }

    /// <summary>
    /// Makes the directory where it is not there, and refuses one that is not this user's alone.
    /// </summary>
    /// <exception cref="IOException">With the reason and what to do.</exception>
    public void EnsureDirectory() => UserDirectory.Ensure(Directory);

    /// <summary>Size and time of the file: enough to tell two builds apart, and read in one call.</summary>
    private static string BuildOf(string program)
    {
        var file = new FileInfo(program);
        Span<long> identity = file.Exists
            ? [file.LastWriteTimeUtc.Ticks ^ (file.Length << 20)]
            : [0];
        return Convert.ToHexStringLower(MemoryMarshal.AsBytes(identity));
    }
}
