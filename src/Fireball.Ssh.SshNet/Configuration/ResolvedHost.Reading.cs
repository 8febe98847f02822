using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>Where the settings come from: options, the destination, the user's file, the system's.</summary>
internal sealed partial class ResolvedHost
{
    /// <summary>Reads everything for a target.</summary>
    /// <exception cref="TunnelException">Phase connect: something in it is refused. Phase resolve: it names no host.</exception>
    internal static ResolvedHost Of(SshTarget target)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var settings = new SshSettings();
        string? file = null;
        for (int i = 0; i < target.Arguments.Count; i++)
        {
            string option = target.Arguments[i];
            string Next() => target.Arguments[++i];
            switch (option)
            {
                case "-F":
                    file = Next();
                    break;
                case "-o":
                    if (SshSettings.Parse(Next(), "option -o") is { } line)
                    {
                        settings.Apply(line);
                    }

                    break;
                case "-i":
                    Set(settings, "identityfile", Next(), option);
                    break;
                case "-p":
                    Set(settings, "port", Next(), option);
                    break;
                case "-l":
                    Set(settings, "user", Next(), option);
                    break;
                case "-J":
                    Set(settings, "proxyjump", Next(), option);
                    break;
                case "-4" or "-6" or "-A":
                    throw SshSettings.NotSupported("option", option);
            }
        }

        string host = Destination(target.Destination, settings);
        ReadFiles(file, new ConfigReader(host, home, settings), home);
        return new ResolvedHost(host, home, settings);
    }

    /// <summary>
    /// A host on the way (ProxyJump): with the same files, and without the options, which are for the last one, as ssh has
    /// it.
    /// </summary>
    /// <param name="destination">The last of the hosts named.</param>
    /// <param name="target">The host at the end of the way.</param>
    /// <param name="before">The hosts named before it, through which it is reached.</param>
    internal static ResolvedHost OfJump(string destination, SshTarget target, IEnumerable<string> before)
    {
        List<string> arguments = string.Join(',', before) is { Length: > 0 } jumps ? ["-J", jumps] : [];
        for (int i = 0; i + 1 < target.Arguments.Count; i++)
        {
            if (target.Arguments[i] == "-F")
            {
                arguments.AddRange(["-F", target.Arguments[i + 1]]);
            }
        }

        try
        {
            return Of(SshTarget.Parse(destination, arguments));
        }
        catch (FormatException e)
        {
            throw new TunnelException(ConnectPhase.Resolve, "ProxyJump: " + e.Message, e);
        }
    }

    private static void ReadFiles(string? file, ConfigReader reader, string home)
    {
        switch (file)
        {
            case null:
                SshDefaults.CheckOwnFile(home);
                reader.Read(home + "/.ssh/config");
                reader.Read("/etc/ssh/ssh_config");
                break;
            case "none":
                break;
            default:
                SshDefaults.CheckReadable(file);
                reader.Read(Path.GetFullPath(file));
                break;
        }
    }

    private static void Set(SshSettings settings, string keyword, string value, string option) =>
        settings.Apply(new ConfigLine(keyword, keyword, [value], "option " + option));

    // SshTarget has checked it.
    private static string Destination(string destination, SshSettings settings)
    {
        const string Scheme = "ssh://";
        const string Location = "the destination";
        bool isUri = destination.StartsWith(Scheme, StringComparison.Ordinal);
        string rest = isUri ? destination[Scheme.Length..] : destination;
        int at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            Set(settings, "user", rest[..at], Location);
            rest = rest[(at + 1)..];
        }

        int colon = rest.LastIndexOf(':');
        if (isUri && colon > rest.LastIndexOf(']') && colon >= 0)
        {
            Set(settings, "port", rest[(colon + 1)..], Location);
            rest = rest[..colon];
        }

        return isUri ? rest.Trim('[', ']') : rest;
    }
}
