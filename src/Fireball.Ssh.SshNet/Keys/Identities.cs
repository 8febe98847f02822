using Fireball.Deploy;
using Renci.SshNet;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// The keys to offer, in ssh's order: the agent's that IdentityFile names, the agent's others, the files'. Owns the
/// connection to the agent.
/// </summary>
internal sealed class Identities : IDisposable
{
    private readonly ResolvedHost _host;
    private readonly AgentClient? _agent;

    /// <summary>Connects to the agent, where there is one.</summary>
    internal Identities(ResolvedHost host, SshConnectOptions options)
    {
        _host = host;
        string? socket = host.AgentSocket ?? options.AuthenticationSocket ?? Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        _agent = string.IsNullOrEmpty(socket) ? null : AgentClient.TryConnect(socket);
    }

    /// <summary>The keys.</summary>
    internal List<IPrivateKeySource> Keys { get; } = [];

    /// <summary>Why keys that were asked for are not among them, one line each.</summary>
    internal List<string> Unused { get; } = [];

    /// <summary>Asks the agent and reads the files. Waits for the agent; disposing ends the wait.</summary>
    internal void Load(Questions? questions)
    {
        var held = Held();
        var named = _host.IdentityFiles
            .Select(path => (Path: path, Held: Named(held, path)))
            .ToList();
        var first = named.Select(n => n.Held).OfType<AgentIdentity>().Distinct().ToList();
        Add(first);
        if (!_host.IdentitiesOnly)
        {
            Add(held.Except(first));
        }

        foreach (string path in named.Where(n => n.Held is null && File.Exists(n.Path)).Select(n => n.Path))
        {
            if (FileKey.Load(path, questions, out string? why) is { } key)
            {
                Keys.Add(key);
            }
            else if (why is not null)
            {
                Unused.Add(why);
            }
        }
    }

    public void Dispose()
    {
        foreach (var key in Keys.OfType<IDisposable>())
        {
            key.Dispose();
        }

        _agent?.Dispose();
    }

    private static AgentIdentity? Named(IReadOnlyList<AgentIdentity> held, string path) =>
        held.Count > 0 && PublicKeyFile.Find(path) is { } key
            ? held.FirstOrDefault(i => i.Key.AsSpan().SequenceEqual(key))
            : null;

    private IReadOnlyList<AgentIdentity> Held()
    {
        try
        {
            return _agent?.Identities() ?? [];
        }
        catch (IOException e)
        {
            Unused.Add(Printable.Line(e.Message));
            return [];
        }
    }

    private void Add(IEnumerable<AgentIdentity> held) => Keys.AddRange(held.Select(i => AgentKey.Create(_agent!, i)).OfType<AgentKey>());
}
