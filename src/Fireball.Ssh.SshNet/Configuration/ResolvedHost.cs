using System.Net;

namespace Fireball.Ssh.SshNet;

/// <summary>A host with everything that ssh_config and options say of the way to it.</summary>
internal sealed partial class ResolvedHost
{
    // As with OpenSSH, see SshDefaults: for the TCP connection and the key exchange.
    private static readonly TimeSpan ConnectTimeoutUnset = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KeepAliveUnset = TimeSpan.FromSeconds(5);

    // As ssh tries them where no IdentityFile is set.
    private static readonly string[] UsualKeys = ["~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ed25519"];

    private readonly SshSettings _settings;
    private readonly Dictionary<char, string> _tokens;
    private readonly string _home;

    private ResolvedHost(string name, string home, SshSettings settings)
    {
        _settings = settings;
        _home = home;
        HostName = settings.HostName(name);
        Port = settings.Port;
        User = settings.User;
        KeyName = settings.Text("hostkeyalias") ?? HostName.ToLowerInvariant();
        string local = Dns.GetHostName();
        _tokens = new Dictionary<char, string>
        {
            ['d'] = home,
            ['h'] = HostName,
            ['k'] = settings.Text("hostkeyalias") ?? name,
            ['L'] = local.Split('.')[0],
            ['l'] = local,
            ['n'] = name,
            ['p'] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ['r'] = User,
            ['u'] = Environment.UserName,
        };
        IdentityFiles = Identities();
        AgentSocket = Agent();
        Jumps = JumpHosts();
        Checking = CheckingOf(settings);
    }

    internal string HostName { get; }

    internal int Port { get; }

    internal string User { get; }

    /// <summary>What known_hosts calls it, without the port.</summary>
    internal string KeyName { get; }

    /// <summary>The name is HostKeyAlias, which stands without a port.</summary>
    internal bool IsKeyAlias => _settings.Line("hostkeyalias") is not null;

    /// <summary>Paths of private keys, in order; those that were asked for need not be there either, as with ssh.</summary>
    internal IReadOnlyList<string> IdentityFiles { get; }

    /// <summary>Keys of the agent count only where <see cref="IdentityFiles"/> names them.</summary>
    internal bool IdentitiesOnly => _settings.Flag("identitiesonly", unset: false);

    /// <summary>IdentityAgent; empty: none; null: nothing is set.</summary>
    internal string? AgentSocket { get; }

    /// <summary>ProxyJump, the nearest first, as destinations.</summary>
    internal IReadOnlyList<string> Jumps { get; }

    internal HostChecking Checking { get; }

    internal bool HashKnownHosts => _settings.Flag("hashknownhosts", unset: false);

    internal TimeSpan ConnectTimeout => _settings.Time("connecttimeout", ConnectTimeoutUnset) ?? ConnectTimeoutUnset;

    internal TimeSpan? KeepAlive => _settings.Time("serveraliveinterval", KeepAliveUnset);

    internal bool MayAsk => !_settings.Flag("batchmode", unset: false);

    internal int PasswordPrompts => _settings.Number("numberofpasswordprompts", unset: 3, most: 100);

    /// <summary>The methods of authentication to try, in order; names of RFC 4252 and 4256.</summary>
    internal IReadOnlyList<string> Methods
    {
        get
        {
            bool interactive = _settings.Flag(
                "kbdinteractiveauthentication", _settings.Flag("challengeresponseauthentication", unset: true));
            List<string> allowed = [];
            allowed.AddRange(_settings.Flag("pubkeyauthentication", unset: true) ? ["publickey"] : []);
            allowed.AddRange(interactive ? ["keyboard-interactive"] : []);
            allowed.AddRange(_settings.Flag("passwordauthentication", unset: true) ? ["password"] : []);
            return _settings.Text("preferredauthentications")?.Split(',') is { } preferred
                ? [.. preferred.Where(allowed.Contains)]
                : allowed;
        }
    }

    internal IReadOnlyList<string> UserKnownHosts => Files("userknownhostsfile", "~/.ssh/known_hosts", "~/.ssh/known_hosts2");

    internal IReadOnlyList<string> GlobalKnownHosts =>
        Files("globalknownhostsfile", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2");

    /// <summary>"Ciphers", "MACs", "KexAlgorithms" or "HostKeyAlgorithms"; null: nothing is set.</summary>
    internal ConfigLine? Algorithms(string keyword) => _settings.Line(keyword);

    private static HostChecking CheckingOf(SshSettings settings) => settings.Line("stricthostkeychecking") is not { } line
        ? HostChecking.Ask
        : line.Value.ToLowerInvariant() switch
        {
            "yes" or "true" => HostChecking.Refuse,
            "ask" => HostChecking.Ask,
            "accept-new" or "no" or "false" or "off" => HostChecking.Accept,
            _ => throw SshSettings.Bad(line),
        };

    private string ExpandPath(string value, string location) => Tokens.ExpandPath(value, location, _home, _tokens);

    private List<string> Identities()
    {
        IReadOnlyList<string> written = _settings.IdentityFiles.Count > 0 ? _settings.IdentityFiles : UsualKeys;
        return [.. written.Where(file => file != "none").Select(file => ExpandPath(file, "IdentityFile")).Distinct(StringComparer.Ordinal)];
    }

    private string? Agent() => _settings.Line("identityagent") is not { } line
        ? null
        : line.Value switch
        {
            "none" => "",
            "SSH_AUTH_SOCK" => null,
            ['$', not '{', ..] => Environment.GetEnvironmentVariable(line.Value[1..]) ?? "",
            _ => ExpandPath(line.Value, line.Location),
        };

    private string[] JumpHosts()
    {
        if (_settings.Line("proxyjump") is not { } line || line.Value.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        // "user@host:port" is ssh's word for it here, as is a URI.
        return [.. Tokens.Expand(line, _tokens).Split(',').Select(hop => hop.Trim()).Select(hop =>
            hop.Contains("://", StringComparison.Ordinal) || !hop.Contains(':', StringComparison.Ordinal) ? hop : "ssh://" + hop)];
    }

    private List<string> Files(string keyword, params string[] usual) => _settings.Line(keyword) is { } line
        ? [.. line.Arguments.Where(file => file != "none").Select(file => ExpandPath(file, line.Location))]
        : [.. usual.Select(file => ExpandPath(file, keyword))];
}
