using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fireball.Kestrel;

/// <summary>
/// Kestrel with nothing around it: HTTP/2 by prior knowledge, no configuration files, no log, no signal handlers, no
/// address of its own.
/// </summary>
public static class KestrelHost
{
    /// <summary>
    /// What stands for no limit in time. Kestrel adds its own word for it to a clock and gets a time in the past, so that
    /// it closes a silent connection within a second.
    /// </summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(3650);

    /// <summary>A builder to which services and listeners are added; it listens on nothing before.</summary>
    public static WebApplicationBuilder CreateBuilder(KestrelHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // Not the working directory, which may be gone, and no file is served.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = "/" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(server => Configure(server, options));
        builder.Services.AddSingleton<IHostLifetime, ProgramsOwnLifetime>();
        builder.Services.AddSingleton<IStartupFilter, BeforeAll>();
        return builder;
    }

    /// <summary>Serves what is handed over there.</summary>
    public static void Serve(this WebApplicationBuilder builder, AcceptedConnections connections)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connections);
        builder.Services.AddSingleton<IConnectionListenerFactory>(connections);
        builder.WebHost.ConfigureKestrel(server => server.Listen(connections.EndPoint));
    }

    private static void Configure(KestrelServerOptions server, KestrelHostOptions options)
    {
        server.AddServerHeader = false;
        server.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2);
        var limits = server.Limits;
        limits.KeepAliveTimeout = options.IdleTimeout == Timeout.InfiniteTimeSpan ? Forever : options.IdleTimeout;
        limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;

        // A call is as long as what it carries, and as slow: messages are limited one by one, and a reader that pauses is
        // no fault. Whether a peer is there at all is asked by pings.
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.Http2.MaxStreamsPerConnection = options.MaxCallsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = options.MaxHeaderBytes;
        limits.Http2.InitialStreamWindowSize = options.StreamWindow;
        // Every call may leave its window unread, and Kestrel gives a connection's window back by halves only: with less,
        // services that do not read would stop the other calls of their connection.
        limits.Http2.InitialConnectionWindowSize = (int)Math.Min(int.MaxValue, 2L * options.MaxCallsPerConnection * options.StreamWindow);
        limits.Http2.KeepAlivePingDelay = options.KeepAliveDelay == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : options.KeepAliveDelay;
        limits.Http2.KeepAlivePingTimeout = options.KeepAliveTimeout;
    }

    /// <summary>What every call passes first.</summary>
    private sealed class BeforeAll : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
        {
            application.Use(AnsweredCallReset.UseAsync);
            next(application);
        };
    }

    /// <summary>The program starts and stops the host; it listens to no signal.</summary>
    private sealed class ProgramsOwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
