using Fireball.Deploy;
using Renci.SshNet;

namespace Fireball.Ssh.SshNet;

/// <summary>The way to a host: by ProxyJump through others where that is set, and again where its key was first to be asked about.</summary>
internal sealed class Route(SshTarget target, SshConnectOptions options, Questions? questions, Watch watch)
{
    // Jumps of jumps of jumps; arbitrary, and above what a person would follow.
    private const int MaxHops = 8;

    // Everything on the way, in the order in which it was made.
    private readonly List<IDisposable> _before = [];
    private int _hops;

    /// <summary>Makes all connections on the way.</summary>
    /// <exception cref="TunnelException">Phase resolve, connect or authenticate.</exception>
    internal async Task<Connection> ConnectAsync()
    {
        try
        {
            var (client, port) = await ConnectAsync(ResolvedHost.Of(target)).ConfigureAwait(false);
            return new Connection(client, port, _before);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    private void Leave()
    {
        for (int i = _before.Count - 1; i >= 0; i--)
        {
            _before[i].Dispose();
        }
    }

    private async Task<(SshClient Client, SessionPort Port)> ConnectAsync(ResolvedHost host)
    {
        if (++_hops > MaxHops)
        {
            throw TunnelException.Lasting(ConnectPhase.Connect, $"ProxyJump: more than {MaxHops} hosts on the way");
        }

        string address = host.HostName;
        int port = host.Port;
        if (host.Jumps.Count > 0)
        {
            var jump = ResolvedHost.OfJump(host.Jumps[^1], target, host.Jumps.Take(host.Jumps.Count - 1));
            var (client, _) = await ConnectAsync(jump).ConfigureAwait(false);
            _before.Add(client);
            (address, port) = Tunnel(client, host);
        }

        var hostKey = new HostKeyCheck(host);
        var asked = host.MayAsk ? questions : null;

        // Once more after a key was accepted; twice would mean that the host has changed it meanwhile.
        for (int attempt = 0; attempt < 2; attempt++)
        {
            var connecting = new Connecting(host, address, port, hostKey, new Identities(host, options), asked, watch.Touch);
            if (await connecting.RunAsync(watch.Token).ConfigureAwait(false) is { } connected)
            {
                return connected;
            }

            watch.Token.ThrowIfCancellationRequested();
            await hostKey.DecideAsync(hostKey.Refused!, asked, watch.Token).ConfigureAwait(false);
        }

        throw TunnelException.Lasting(ConnectPhase.Connect, $"host key verification failed: {host.HostName} shows another key each time");
    }

    // SSH.NET forwards from a TCP port only. On loopback; another user of this machine who finds it reaches no more than the
    // last host's sshd: the connection in it is authenticated and encrypted from end to end.
    private (string Address, int Port) Tunnel(SshClient client, ResolvedHost host)
    {
        const string Loopback = "127.0.0.1";
        var forward = new ForwardedPortLocal(Loopback, host.HostName, (uint)host.Port);
        client.AddForwardedPort(forward);
        forward.Start();
        _before.Add(forward);
        return (Loopback, (int)forward.BoundPort);
    }
}
