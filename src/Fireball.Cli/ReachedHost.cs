using Fireball.Cli.CommandLine;
using Fireball.Controller;
using Fireball.Serve.Client;
using Fireball.Ssh;
using Fireball.V1;

namespace Fireball.Cli;

/// <summary>A connected host, and how it is reached.</summary>
internal sealed record ReachedHost(FireballHost Host, string Route, string RouteReason, bool Uploaded) : IAsyncDisposable
{
    public static async Task<ReachedHost> ConnectAsync(HostChoice choice, CancellationToken cancellationToken)
    {
        if (choice.IsAlone)
        {
            HostConnection own = HostOpener.OpenOwn(choice);
            FireballHost ownHost = FireballHost.FromLink(own, choice.Destination);
            try
            {
                await own.GetInvokerAsync(cancellationToken);
                ISshSession ssh = own.Session!.Ssh;
                string route = ssh.Route == SshRoute.Forward ? "forward" : "bridge";
                return new ReachedHost(ownHost, route, ssh.RouteReason ?? "", ssh.Agent.Uploaded);
            }
            catch
            {
                await ownHost.DisposeAsync();
                throw;
            }
        }

        ServedLink served = HostOpener.OpenServed(choice);
        FireballHost host = FireballHost.FromLink(served, choice.Destination);
        try
        {
            HostState state = await served.ConnectHostAsync(cancellationToken);
            return new ReachedHost(host, state.Route, state.RouteReason, state.Uploaded);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
