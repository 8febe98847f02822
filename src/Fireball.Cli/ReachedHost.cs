using Fireball.Controller;
using Fireball.Deploy;
using Fireball.Serve.Client;
using Fireball.V1;

namespace Fireball.Cli;

/// <summary>A connected host, and how it is reached.</summary>
internal sealed record ReachedHost(FireballHost Host, string Route, string RouteReason, bool Uploaded) : IAsyncDisposable
{
    public static async Task<ReachedHost> ConnectAsync(HostChoice choice, CancellationToken cancellationToken)
    {
        if (choice.IsAlone)
        {
            HostLink own = HostOpener.OpenOwn(choice);
            FireballHost ownHost = FireballHost.FromLink(own, choice.Destination);
            try
            {
                await own.GetInvokerAsync(cancellationToken);
                ITunnel tunnel = own.Session!.Tunnel;
                string route = RouteName.Of(tunnel.Route == TunnelRoute.Forward ? V1.Route.Forward : V1.Route.Bridge);
                return new ReachedHost(ownHost, route, tunnel.RouteReason ?? "", tunnel.Agent.Uploaded);
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
            return new ReachedHost(host, RouteName.Of(state.Route), state.RouteReason, state.Uploaded);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
