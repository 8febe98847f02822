using Fireball.Programs;

namespace Fireball.Bench;

/// <summary>Measures, and reports what was measured, however it ended.</summary>
internal static class RunCommand
{
    /// <summary>Does it; the result is the exit status.</summary>
    public static async Task<int> RunAsync(
        RunOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        CheckWritable("--html", options.HtmlFile);
        CheckWritable("--svg", options.SvgFile);
        CheckWritable("--json", options.JsonFile);
        using var interruption = new Interruption();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, cancellationToken);
        BenchResults results;
        try
        {
            results = await MeasureAsync(options, error, stop.Token);
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            // While connecting: there is nothing to report.
            return interruption.ExitStatus;
        }

        TableReport.Write(output, results);
        if (options.JsonFile is { } json)
        {
            ResultsFile.Write(json, results);
        }

        if (options.HtmlFile is { } html)
        {
            File.WriteAllText(html, HtmlReport.Render(results));
        }

        if (options.SvgFile is { } svg)
        {
            File.WriteAllText(svg, CostPicture.Render(results));
        }

        switch (results.State)
        {
            case RunState.Interrupted:
                BenchCommand.Say(error, "interrupted; this is what was finished");
                return interruption.Signal == 0 ? ExitStatus.Failure : interruption.ExitStatus;
            case RunState.HostLost:
                BenchCommand.Say(error, $"{results.Reason}; this is what was finished");
                return ExitStatus.Failure;
            default:
                return results.Cases.All(one => one.Problem is null) ? ExitStatus.Success : ExitStatus.Incomplete;
        }
    }

    private static async Task<BenchResults> MeasureAsync(RunOptions options, TextWriter error, CancellationToken cancellationToken)
    {
        LocalServer? server = options.Host == LocalServer.HostName ? await LocalServer.StartAsync(cancellationToken) : null;
        try
        {
            Task<BenchHost> ConnectAsync(TimeSpan roundTrip, CancellationToken cancel) => BenchHost.ConnectAsync(
                new ConnectionChoice(
                    options.Host,
                    server?.ConfigFile ?? options.ConfigFile,
                    options.SshArguments,
                    roundTrip,
                    IsLocal: server is not null),
                cancel);

            using ProgressLine? progress = ProgressLine.IfWatched(options.Quiet, error);
            var run = new BenchRun(options.Preset, ConnectAsync, progress, TimeProvider.System);
            BenchResults results = await run.RunAsync(options.Host, cancellationToken);
            return options.HasName ? results with { Settings = results.Settings with { Preset = options.Preset.Name } } : results;
        }
        finally
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }
    }

    // Before minutes of measuring, not after.
    private static void CheckWritable(string option, string? path)
    {
        string? directory = path is null ? null : Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is not null && !Directory.Exists(directory))
        {
            throw new UsageException($"{option} {path}: there is no directory {directory}");
        }

        if (path is not null && Directory.Exists(path))
        {
            throw new UsageException($"{option} {path}: is a directory");
        }
    }
}
