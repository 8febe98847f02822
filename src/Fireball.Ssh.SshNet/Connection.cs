using Renci.SshNet;

namespace Fireball.Ssh.SshNet;

/// <summary>An authenticated connection to a host, with those to the hosts on the way to it.</summary>
internal sealed class Connection : IDisposable
{
    private readonly List<IDisposable> _before;

    internal Connection(SshClient client, SessionPort port, List<IDisposable> before)
    {
        Client = client;
        Session = port.Session;
        Forwarder = new Forwarder(port);
        _before = before;
    }

    internal SshClient Client { get; }

    internal Session Session { get; }

    /// <summary>Channels to sockets on the host.</summary>
    internal Forwarder Forwarder { get; }

    /// <summary>Ends it, the last hop first. May wait for a host that is gone as long as TCP does.</summary>
    public void Dispose()
    {
        Forwarder.Dispose();
        Client.Dispose();
        for (int i = _before.Count - 1; i >= 0; i--)
        {
            _before[i].Dispose();
        }
    }
}
