using Renci.SshNet;

namespace Fireball.Ssh.SshNet;

/// <summary>An authenticated connection to a host, with those to the hosts on the way to it.</summary>
internal sealed class Connection : IDisposable
{
    private readonly List<IDisposable> _before;

    internal Connection(SshClient client, Session session, List<IDisposable> before)
    {
        Client = client;
        Session = session;
        _before = before;
    }

    internal SshClient Client { get; }

    internal Session Session { get; }

    /// <summary>Ends it, the last hop first. May wait for a host that is gone as long as TCP does.</summary>
    public void Dispose()
    {
        Client.Dispose();
        for (int i = _before.Count - 1; i >= 0; i--)
        {
            _before[i].Dispose();
        }
    }
}
