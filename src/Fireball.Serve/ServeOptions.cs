using Fireball.Controller;
using Fireball.Programs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fireball.Serve;

/// <summary>How the process works.</summary>
public sealed record ServeOptions
{
    /// <summary>Where it listens for commands.</summary>
    public required ServePaths Paths { get; init; }

    /// <summary>Where it offers the gRPC API, and how.</summary>
    public required GrpcOptions Grpc { get; init; }

    /// <summary>Where it offers that API by TCP, and to whom; null: nowhere.</summary>
    public TcpOptions? Tcp { get; init; }

    /// <summary>How hosts are connected; clock and logger are those given here.</summary>
    public FireballOptions Hosts { get; init; } = new();

    /// <summary>
    /// How long it stays without a host: 60 s, so that a script that takes hosts up and down does not start it again
    /// and again. Infinite: until it is stopped.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Told of refused peers and failures, and of the hosts' connections.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
