using System.CommandLine;
using Fireball.Programs;
using Fireball.V1;

namespace Fireball.Cli;

/// <summary>The options of every verb that reaches a host: ssh's own, and how long the connection is kept.</summary>
internal sealed class ConnectionOptions
{
    private static readonly TimeSpan DefaultPersist = TimeSpan.FromMinutes(10);

    private readonly Option<string?> _config = new("-F")
    {
        Description = "Configuration file for ssh (ssh -F)",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _option = new("-o")
    {
        Description = "Option for ssh, as in its configuration file; may be given more than once (ssh -o)",
        HelpName = "OPTION",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _identity = new("-i")
    {
        Description = "Private key for ssh; may be given more than once (ssh -i)",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _port = new("-p")
    {
        Description = "Port of the SSH server (ssh -p)",
        HelpName = "PORT",
    };

    private readonly Option<string?> _persist = new("--persist")
    {
        Description = "How long the connection is kept after its last use: 10m (the default), 90s, 2h; "
            + "0: it is made for this command alone",
        HelpName = "TIME",
    };

    private readonly Option<string?> _transport = new("--transport")
    {
        Description = $"What calls travel in through the tunnel: {ConnectionNames.Zmq} (the default); for comparison "
            + $"{ConnectionNames.Grpc}, with an agent of its own, or {ConnectionNames.NetMq}",
        HelpName = "NAME",
    };

    private readonly Option<string?> _ssh = new("--ssh")
    {
        Description = $"Who makes the SSH connection: {ConnectionNames.OpenSsh} (the default) or "
            + $"{ConnectionNames.SshNet}, without an ssh process",
        HelpName = "NAME",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress and no remarks; errors only" };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Say what is being done to connect" };

    public ConnectionOptions AddTo(Command verb)
    {
        verb.Add(_config);
        verb.Add(_option);
        verb.Add(_identity);
        verb.Add(_port);
        verb.Add(_persist);
        verb.Add(_transport);
        verb.Add(_ssh);
        verb.Add(_quiet);
        verb.Add(_verbose);
        return this;
    }

    /// <summary>The host as these options want it reached.</summary>
    /// <exception cref="UsageException">A value cannot be used.</exception>
    public HostChoice Read(ParseResult result, string destination)
    {
        var ssh = new List<string>();
        if (result.GetValue(_config) is { } config)
        {
            // The background process works elsewhere; "none" is ssh's word for no file.
            ssh.AddRange("-F", config == "none" ? config : Path.GetFullPath(config));
        }

        foreach (string option in result.GetValue(_option) ?? [])
        {
            ssh.AddRange("-o", option);
        }

        foreach (string identity in result.GetValue(_identity) ?? [])
        {
            ssh.AddRange("-i", identity.StartsWith('~') ? identity : Path.GetFullPath(identity));
        }

        if (result.GetValue(_port) is { } port)
        {
            if (!ushort.TryParse(port, out ushort number) || number == 0)
            {
                throw new UsageException($"-p {port}: not a port (1 to 65535)");
            }

            ssh.AddRange("-p", port);
        }

        TimeSpan persist = DefaultPersist;
        string? persistText = result.GetValue(_persist);
        if (persistText is not null && !Duration.TryParse(persistText, out persist))
        {
            throw new UsageException($"--persist {persistText}: not a time, such as 10m, 90s or 0");
        }

        return new HostChoice(
            destination,
            ssh,
            persist,
            Choice(result.GetValue(_transport), "--transport", "transport", ConnectionNames.Transports),
            Choice(result.GetValue(_ssh), "--ssh", "SSH implementation", ConnectionNames.SshImplementations),
            Quiet: result.GetValue(_quiet), Verbose: result.GetValue(_verbose));
    }

    private static string Choice(string? name, string option, string kind, IReadOnlyList<string> names) =>
        name is null ? names[0]
        : names.Contains(name, StringComparer.Ordinal) ? name
        : throw new UsageException($"{option} {name}: no such {kind}; there is {string.Join(", ", names)}");
}
