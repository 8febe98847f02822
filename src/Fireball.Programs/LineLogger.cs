using System.Text;
using Fireball.Linux;
using Microsoft.Extensions.Logging;

namespace Fireball.Programs;

/// <summary>
/// Warnings and worse, a line each on standard error, escaped for a terminal. Never throws; where standard error is closed,
/// the line is lost. Thread-safe.
/// </summary>
/// <param name="prefix">What each line begins with.</param>
public sealed class LineLogger(string prefix) : ILogger
{
    /// <summary>Writes a line whatever its level.</summary>
    public void Write(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        try
        {
            _ = LocalDescriptor.WriteAll(2, Encoding.UTF8.GetBytes($"{prefix}{TerminalText.Escape(line)}\n"));
        }
        catch (IOException)
        {
            // The reader of standard error has gone; what is logged goes on.
        }
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (IsEnabled(logLevel))
        {
            Write(formatter(state, exception));
        }
    }

    /// <summary>Scopes are not shown.</summary>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
