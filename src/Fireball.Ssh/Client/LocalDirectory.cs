using System.Globalization;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>
/// The directory of one connection on this machine: mode 0700, below $XDG_RUNTIME_DIR or /tmp, of random name. It
/// holds the forward's socket, ssh's defaults and the socket that ssh's questions come through. Its name has this
/// process's pid, so that the next start removes what a killed process left.
/// </summary>
internal sealed class LocalDirectory : IDisposable
{
    private const string Prefix = "fireball-ssh-";

    /// <summary>
    /// The longest parent, characters: a socket's path is limited, and below the parent come "/", the
    /// prefix, a pid of up to 7 digits, 16 random digits and a name of one letter.
    /// </summary>
    private const int MaxParent = UnixListener.MaxPathLength - 1 - 13 - 7 - 1 - 16 - 2;

    private LocalDirectory(string path) => Path = path;

    internal string Path { get; }

    internal string ForwardSocket => Path + "/a";

    internal string QuestionSocket => Path + "/q";

    internal string Defaults => Path + "/config";

    internal string UserConfig => Path + "/user";

    internal static LocalDirectory Create()
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string parent = runtime is not null && IsUsable(runtime) ? runtime.TrimEnd('/') : "/tmp";
        RemoveLeftovers(parent);
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{KernelRandom.GetHex(16)}");
        string path = parent + "/" + name;
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new LocalDirectory(path);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing in it is needed any more; the next start tries again once this process is gone.
        }
    }

    // ssh splits -L at colons and expands "%", "$" and "~"; such a directory is not worth the escaping.
    private static bool IsUsable(string path) =>
        path.StartsWith('/') && path.Length <= MaxParent && Directory.Exists(path)
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.');

    private static void RemoveLeftovers(string parent)
    {
        foreach (string path in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            string owner = path[(parent.Length + 1 + Prefix.Length)..].Split('-')[0];
            if (int.TryParse(owner, CultureInfo.InvariantCulture, out int pid) && !Directory.Exists($"/proc/{pid}"))
            {
                new LocalDirectory(path).Dispose();
            }
        }
    }
}
