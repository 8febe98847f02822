using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>
/// The file that ssh is given with -F. In ssh the first value of a setting holds, and the command line comes before
/// every file; so what the user's own settings should win over stands in a file, after them. The file includes
/// whatever ssh would have read, then says our defaults. (Asking `ssh -G` instead would cost a process per connect,
/// run the user's `Match exec` twice, and could not tell a default from the same value chosen.)
/// </summary>
internal static class SshDefaults
{
    // A dead link is found after 15 s at the latest: (2 + 1) * 5 s.
    private const string KeepAlive = "ServerAliveInterval 5\nServerAliveCountMax 2\n";

    // For the TCP connection and the key exchange; without it the kernel's two minutes hold.
    private const string ConnectTimeout = "ConnectTimeout 15\n";

    // "^": before the others. With AES in the processor twice as fast as ssh's own first choice, ChaCha20.
    private const string FastCiphers = "Ciphers ^aes128-gcm@openssh.com,aes256-gcm@openssh.com\n";

    // Before sntrup761, which costs the processor a multiple; where the host does not have it the next one is taken.
    private const string KeyExchange = "KexAlgorithms ^" + KeyExchanges.MlKem + "\n";

    /// <summary>
    /// Writes the file, where ssh has ML-KEM with it first, and the forward; gives the user's arguments without -F, and whether a file may ask for forwards of its own.
    /// </summary>
    /// <exception cref="TunnelException">The -F FILE cannot be read, which ssh would not say of an included file.</exception>
    internal static (List<string> Arguments, bool MayForward) Write(LocalDirectory directory, IReadOnlyList<string> arguments, bool hasMlKem, string remoteSocket)
    {
        var rest = new List<string>(arguments.Count);
        string? userFile = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "-F" && i + 1 < arguments.Count)
            {
                userFile = arguments[++i];
            }
            else
            {
                rest.Add(arguments[i]);
            }
        }

        var text = new StringBuilder();
        text.Append(userFile switch
        {
            null => SystemFiles(),
            "none" => "",
            _ => "Include " + Link(directory, userFile) + "\n",
        });

        // Not as an argument: other users of this machine, who may be users of the host too, would read there where the agent's
        // socket is going to be, and make it first.
        text.Append("Match all\n").Append(CultureInfo.InvariantCulture, $"LocalForward \"{directory.ForwardSocket}\" \"{remoteSocket}\"\n");
        text.Append(KeepAlive).Append(ConnectTimeout);
        if (Aes.IsSupported)
        {
            text.Append(FastCiphers);
        }

        if (hasMlKem)
        {
            text.Append(KeyExchange);
        }

        File.WriteAllText(directory.Defaults, text.ToString());
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        bool mayForward = userFile switch
        {
            null => ForwardSettings.Mentioned(home + "/.ssh/config", home) || ForwardSettings.Mentioned("/etc/ssh/ssh_config", home),
            "none" => false,
            _ => ForwardSettings.Mentioned(directory.UserConfig, home),
        };
        return (rest, mayForward);
    }

    /// <summary>ssh refuses its user's file where others may write to it; an included one it does not, so that is checked here.</summary>
    /// <exception cref="TunnelException">Phase connect: others may write to it.</exception>
    internal static void CheckOwnFile(string home)
    {
        var own = new FileInfo(home + "/.ssh/config");
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (own.Exists && (own.ResolveLinkTarget(returnFinalTarget: true) ?? own).UnixFileMode is var mode && (mode & Others) != UnixFileMode.None)
        {
            throw TunnelException.Lasting(ConnectPhase.Connect, $"bad permissions on {own.FullName}: others may write to it; chmod go-w it");
        }
    }

    /// <summary>The file of -F can be read.</summary>
    /// <exception cref="TunnelException">Phase connect: it cannot.</exception>
    internal static void CheckReadable(string file)
    {
        try
        {
            File.OpenHandle(Path.GetFullPath(file)).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TunnelException.Lasting(ConnectPhase.Connect, $"cannot open the ssh configuration file {Printable.Quote(file)}: {Reason(e)}", e);
        }
    }

    // What ssh reads without -F.
    private static string SystemFiles()
    {
        CheckOwnFile(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        return "Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\n";
    }

    // By a link in our directory, because Include takes patterns and words where -F takes a name as it is.
    private static string Link(LocalDirectory directory, string file)
    {
        CheckReadable(file);
        File.CreateSymbolicLink(directory.UserConfig, Path.GetFullPath(file));
        return directory.UserConfig;
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied",
        _ => e.Message,
    };
}
