using System.CommandLine;
using Fireball.Controller;
using Fireball.Programs;

namespace Fireball.Cli;

/// <summary>What put and get have in common.</summary>
internal abstract class CopyVerb : Verb
{
    /// <summary>The most arguments that System.CommandLine takes.</summary>
    private const int MaxPaths = 100_000;

    private readonly Argument<string[]> _paths;

    private readonly Option<bool> _parents = new("--parents")
    {
        Description = "Make missing parent directories of the target",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object: files, directories, symlinks, bytes, failed, failures, seconds",
    };

    private readonly ConnectionOptions _connection;

    protected CopyVerb(string name, string description, string pathsName, string pathsDescription)
        : base(name, description)
    {
        _paths = new Argument<string[]>(pathsName) { Description = pathsDescription, Arity = new ArgumentArity(2, MaxPaths) };
        Command.Add(_paths);
        Command.Add(_parents);
        Command.Add(_json);
        _connection = new ConnectionOptions().AddTo(Command);
    }

    public override string Notes =>
        """
        Names are as cp and rsync have them: a target that is a directory receives the source under its own name; any
        other target becomes the copy; SOURCE/ with a slash means what is in it. Every file is written beside its target,
        compared by its hash and then renamed: a copy that fails leaves the old file as it was. Modes, times, symbolic
        links and holes are kept; owners, hard links and devices are not.
        Exit status: 0; 1 where some entries were not copied (each is listed); 255 where Fireball itself failed.
        """;

    public override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        string[] paths = result.GetRequiredValue(_paths);
        (string destination, string[] sources, string target) = ReadPaths(paths[..^1], paths[^1]);
        HostChoice choice = _connection.Read(result, destination);
        bool json = result.GetValue(_json);
        var options = new CopyOptions { MakeParents = result.GetValue(_parents) };
        using var interruption = new Interruption();
        try
        {
            await using FireballHost host = HostOpener.Open(choice);
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            CopyResult copied;
            await using (CopyMeter? meter = choice.Quiet || json ? null : CopyMeter.IfWatched(Command.Name))
            {
                copied = await CopyAsync(host, sources, target, options, meter, interruption.Token);
            }

            TimeSpan taken = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            await CopyReport.WriteAsync(choice, copied, taken, json);
            return copied.Succeeded ? ExitStatus.Success : ExitStatus.Incomplete;
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            return interruption.ExitStatus;
        }
    }

    /// <summary>Which side is the host's.</summary>
    protected abstract (string Destination, string[] Sources, string Target) ReadPaths(string[] sources, string target);

    protected abstract Task<CopyResult> CopyAsync(
        FireballHost host,
        string[] sources,
        string target,
        CopyOptions options,
        IProgress<CopyProgress>? progress,
        CancellationToken cancellationToken);
}
