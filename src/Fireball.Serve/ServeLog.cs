using Microsoft.Extensions.Logging;

namespace Fireball.Serve;

/// <summary>What this process logs.</summary>
internal static partial class ServeLog
{
    [LoggerMessage(1, LogLevel.Warning, "without the gRPC API: {Reason}")]
    public static partial void WithoutGrpc(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Method}: {Reason}")]
    public static partial void CallFailed(ILogger logger, string method, string reason);

    /// <summary>A command's connection was refused, or ended by a fault.</summary>
    [LoggerMessage(3, LogLevel.Warning, "{Event}")]
    public static partial void CommandConnection(ILogger logger, string @event);

    /// <summary>A gRPC client's connection was refused, or ended by a fault.</summary>
    [LoggerMessage(4, LogLevel.Warning, "{Socket}: {Event}")]
    public static partial void GrpcConnection(ILogger logger, string socket, string @event);

    /// <summary>What Kestrel and the gRPC server say.</summary>
    [LoggerMessage(EventId = 5, Message = "{Category}: {Text}")]
    public static partial void Server(ILogger logger, LogLevel level, string category, string text);
}
