using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Fireball.TestSupport;

/// <summary>Keeps what is logged, of every level. Thread-safe.</summary>
public sealed class RecordingLogger : ILogger
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>The messages in order, each once; waits for one, and fails after 30 s without.</summary>
    public Task<string> NextAsync() => _lines.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The messages that are there now.</summary>
    public IReadOnlyList<string> TakeAll()
    {
        List<string> taken = [];
        while (_lines.Reader.TryRead(out string? line))
        {
            taken.Add(line);
        }

        return taken;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Writer.TryWrite(formatter(state, exception));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
