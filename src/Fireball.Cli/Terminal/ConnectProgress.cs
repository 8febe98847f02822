namespace Fireball.Cli;

/// <summary>What is being done to connect, on standard error: with -v, and where it is a terminal.</summary>
internal sealed class ConnectProgress(bool verbose) : IProgress<string>
{
    public void Report(string value)
    {
        if (verbose || Linux.LocalDescriptor.IsTerminal(2))
        {
            Fireball.Cli.Report.Line($"fireball: {value}");
        }
    }
}
