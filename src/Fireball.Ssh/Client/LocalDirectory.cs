using System.Globalization;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>
/// The directory of one connection on this machine: mode 0700, below $XDG_RUNTIME_DIR or /tmp, of random name. It
/// holds the forward's socket, ssh's defaults and the socket that ssh's questions come through. It is locked while it is in
/// use, so that the next start removes what a killed process left.
/// </summary>
internal sealed class LocalDirectory : IDisposable
{
    private const string Prefix = "fireball-ssh-";

    /// <summary>
    /// The longest parent, characters: a socket's path is limited, and below the parent come "/", the
    /// prefix, a pid of up to 7 digits, 16 random digits and a name of one letter.
    /// </summary>
    private const int MaxParent = UnixListener.MaxPathLength - 1 - 13 - 7 - 1 - 16 - 2;

    private const string ForwardName = "a";
    private const string QuestionName = "q";
    private const string DefaultsName = "config";
    private const string UserConfigName = "user";

    // One that is not locked may be one that a living process makes just now; none takes this long.
    private static readonly TimeSpan StartingTime = TimeSpan.FromMinutes(1);

    private readonly PrivateDirectory _directory;

    private LocalDirectory(PrivateDirectory directory) => _directory = directory;

    internal string Path => _directory.Path;

    internal string ForwardSocket => $"{Path}/{ForwardName}";

    internal string QuestionSocket => $"{Path}/{QuestionName}";

    internal string Defaults => $"{Path}/{DefaultsName}";

    internal string UserConfig => $"{Path}/{UserConfigName}";

    internal static LocalDirectory Create()
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string parent = runtime is not null && IsUsable(runtime) ? runtime.TrimEnd('/') : "/tmp";
        RemoveLeftovers(parent);
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{KernelRandom.GetHex(16)}");
        PrivateDirectory directory = PrivateDirectory.Create(parent + "/" + name);
        _ = directory.TryLock();
        return new LocalDirectory(directory);
    }

    /// <summary>Removes it with what is made in it.</summary>
    public void Dispose()
    {
        Remove(_directory);
        _directory.Dispose();
    }

    // ssh splits a forward at colons and expands "%", "$" and "~"; such a directory is not worth the escaping. Where other users could
    // rename what is on the way to it, /tmp is better.
    private static bool IsUsable(string path) =>
        path.StartsWith('/') && path.Length <= MaxParent && TrustedPath.WhyNot(path.TrimEnd('/')) is null
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.');

    private static void RemoveLeftovers(string parent)
    {
        try
        {
            foreach (string path in Directory.EnumerateDirectories(parent, Prefix + "*"))
            {
                using PrivateDirectory? directory = PrivateDirectory.TryOpen(path);
                if (directory is not null && IsPastItsStart(directory) && directory.TryLock())
                {
                    Remove(directory);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A directory that cannot be listed; nothing of this connection depends on it.
        }
    }

    private static bool IsPastItsStart(PrivateDirectory directory)
    {
        string owner = System.IO.Path.GetFileName(directory.Path)[Prefix.Length..].Split('-')[0];
        return (int.TryParse(owner, CultureInfo.InvariantCulture, out int pid) && !Directory.Exists($"/proc/{pid}"))
            || directory.IsOlderThan(StartingTime);
    }

    private static void Remove(PrivateDirectory directory) => directory.Remove(ForwardName, QuestionName, DefaultsName, UserConfigName);
}
