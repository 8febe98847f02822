namespace Fireball.Cli.Terminal;

/// <summary>What is being done to connect, on standard error: with -v, and where somebody watches a terminal.</summary>
internal sealed class ProgressLine(bool verbose) : IProgress<string>
{
    public void Report(string value)
    {
        if (verbose || Posix.LocalDescriptor.IsTerminal(2))
        {
            Terminal.Report.Line($"fireball: {value}");
        }
    }
}
