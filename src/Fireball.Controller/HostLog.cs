using Fireball.Deploy;
using Microsoft.Extensions.Logging;

namespace Fireball.Controller;

/// <summary>What the library logs: a connection's life. Failures of calls and of connecting are told by exceptions.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "{Host}: connected by {Route}")]
    public static partial void Connected(ILogger logger, string host, TunnelRoute route);

    [LoggerMessage(2, LogLevel.Information, "{Host}: the connection has ended: {Reason}")]
    public static partial void Ended(ILogger logger, string host, string reason);

    [LoggerMessage(3, LogLevel.Information, "{Host}: not connected, tried again: {Reason}")]
    public static partial void TriedAgain(ILogger logger, string host, string? reason);
}
