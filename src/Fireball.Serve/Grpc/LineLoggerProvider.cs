using Microsoft.Extensions.Logging;

namespace Fireball.Serve;

/// <summary>What Kestrel and the gRPC server have to say, as lines of this process's log: warnings and worse.</summary>
internal sealed class LineLoggerProvider(Action<string>? log) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(log, categoryName);

    public void Dispose()
    {
    }

    private sealed class LineLogger(Action<string>? log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => log is not null && logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string name = category[(category.LastIndexOf('.') + 1)..];
                log!($"{name}: {formatter(state, exception)}{(exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}")}");
            }
        }
    }
}
