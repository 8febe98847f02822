using Fireball.Controller;
using Fireball.Programs;

namespace Fireball.Cli;

/// <summary>get: copies from a host.</summary>
internal sealed class GetVerb() : CopyVerb(
    "get", "Copy files and trees from a host", "HOST:SOURCE... TARGET", "HOST:PATH (relative to the home directory), and the local path where to")
{
    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("fireball get web1:/var/log/syslog .", "a file into this directory"),
        ("fireball get web1:/etc/app/ backup", "what is in /etc/app into backup"),
        ("fireball get web1:a.log web1:b.log logs", "several files of one host"),
        ("fireball get -- \"$host:$file\" logs", InScripts),
    ];

    protected override (string Destination, string[] Sources, string Target) ReadPaths(string[] sources, string target)
    {
        var paths = new List<string>();
        string? destination = null;
        foreach (string source in sources)
        {
            if (!RemotePath.TryParse(source, out RemotePath remote))
            {
                throw new UsageException($"get: {source} is not HOST:PATH");
            }

            destination ??= remote.Destination;
            if (remote.Destination != destination)
            {
                throw new UsageException($"get: one host at a time, not {destination} and {remote.Destination}");
            }

            paths.Add(remote.Path);
        }

        return (destination!, [.. paths], target);
    }

    protected override Task<CopyResult> CopyAsync(
        FireballHost host,
        string[] sources,
        string target,
        CopyOptions options,
        IProgress<CopyProgress>? progress,
        CancellationToken cancellationToken) => host.GetAsync(sources, target, options, progress, cancellationToken);
}
