using Fireball.Kestrel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fireball.Serve;

/// <summary>
/// The gRPC API on a TCP port: over TLS for clients with a certificate, or in clear on loopback for holders of the token.
/// A host of its own, since peers by network have other limits: they can be gone without a word.
/// </summary>
internal sealed class TcpEndpoint : IAsyncDisposable
{
    private readonly GrpcHost _host;
    private readonly TlsIdentity? _identity;

    private TcpEndpoint(GrpcHost host, TlsIdentity? identity) => (_host, _identity) = (host, identity);

    /// <summary>Where it listens, "https://127.0.0.1:7070".</summary>
    public string Address => _host.Address;

    /// <summary>Reads the files, listens and serves.</summary>
    /// <exception cref="IOException">A file is not as it should be, or the port is taken.</exception>
    public static async Task<TcpEndpoint> StartAsync(
        TcpOptions options, ControllerCalls service, ILogger logger, CancellationToken cancellationToken)
    {
        TlsIdentity? identity = options.Tls is null ? null : TlsIdentity.Load(options.Tls);
        try
        {
            AccessToken? token = identity is null ? AccessToken.Load(options.TokenFile!) : null;
            WebApplicationBuilder builder = KestrelHost.CreateBuilder(new KestrelHostOptions
            {
                MaxCallsPerConnection = options.MaxCallsPerConnection,
                IdleTimeout = options.IdleTimeout,

                // With the time to answer, 10 s, a peer that is gone is found within 15.
                KeepAliveDelay = TimeSpan.FromSeconds(5),
            });
            builder.WebHost.ConfigureKestrel(server => server.Listen(options.EndPoint, listen => Configure(listen, options, identity)));
            builder.Services.AddSingleton(new RemoteControllerCalls(service));
            GrpcHost host = await GrpcHost.StartAsync(builder, Map, logger, cancellationToken).ConfigureAwait(false);
            return new TcpEndpoint(host, identity);

            void Map(WebApplication application)
            {
                token?.Guard(application);
                application.MapGrpcService<RemoteControllerCalls>();
            }
        }
        catch
        {
            identity?.Dispose();
            throw;
        }
    }

    /// <summary>Takes no more calls and waits for those under way; cancelled: ends them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        _identity?.Dispose();
    }

    private static void Configure(ListenOptions listen, TcpOptions options, TlsIdentity? identity)
    {
        ConnectionAdmission.Require(listen, new Admissions(options, TimeProvider.System), options.AdmissionTimeout);
        if (identity is not null)
        {
            listen.UseHttps(identity.CreateOptions(options.AdmissionTimeout));
            ConnectionAdmission.Grant(listen);
        }
    }
}
