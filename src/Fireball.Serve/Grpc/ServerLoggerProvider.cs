using Microsoft.Extensions.Logging;

namespace Fireball.Serve;

/// <summary>Passes on what Kestrel and the gRPC server say: one line each, with the last word of its category.</summary>
internal sealed class ServerLoggerProvider(ILogger logger) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ServerLogger(logger, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    private sealed class ServerLogger(ILogger logger, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string reason = exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}";
                ServeLog.Server(logger, logLevel, category, formatter(state, exception) + reason);
            }
        }
    }
}
