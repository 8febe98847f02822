using System.Diagnostics;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>One line on a terminal that says what is being measured, overwritten by the next.</summary>
/// <remarks>
/// Written between rounds only. Spectre.Console's progress draws by a timer of its own, whose processor time and allocations would
/// count in the round that is measured.
/// </remarks>
internal sealed class ProgressLine : IProgress<BenchProgress>, IDisposable
{
    private const int StandardError = 2;

    // Back to the first column, and erase the line (ECMA-48: EL).
    private const string Clear = "\r\u001b[K";

    private readonly TextWriter _error;
    private readonly long _start = Stopwatch.GetTimestamp();

    private ProgressLine(TextWriter error) => _error = error;

    /// <summary>Null: standard error is no terminal, or the user wants quiet.</summary>
    public static ProgressLine? IfWatched(bool quiet, TextWriter error) =>
        quiet || !LocalDescriptor.IsTerminal(StandardError) ? null : new ProgressLine(error);

    /// <inheritdoc/>
    public void Report(BenchProgress value)
    {
        string what = value.Round == 0 ? "warming up" : $"round {value.Round} of {value.Rounds}";
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);

        string left = value.Done > 0 ? $", about {(elapsed / value.Done * (1 - value.Done)).TotalSeconds:0} s left" : "";
        _error.Write($"{Clear}[{value.Case}/{value.Cases}] {value.Key}: {value.Transport}, {what}{left}");
    }

    /// <inheritdoc/>
    public void Dispose() => _error.Write(Clear);
}
