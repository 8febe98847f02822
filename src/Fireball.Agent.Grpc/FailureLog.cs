using Microsoft.Extensions.Logging;

namespace Fireball.Agent.Grpc;

/// <summary>Passes on what services let escape, which the server logs as errors; the rest is not wanted.</summary>
internal sealed class FailureLog(Action<string> failed) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) =>
        new Failures(failed);

    public void Dispose()
    {
    }

    private sealed class Failures(Action<string> failed) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var reason = exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}";
                failed(formatter(state, exception) + reason);
            }
        }
    }
}
