using Fireball.Controller;
using Fireball.Programs;

namespace Fireball.Cli;

/// <summary>put: copies to a host.</summary>
internal sealed class PutVerb() : CopyVerb(
    "put", "Copy files and trees to a host", "SOURCE... HOST:TARGET", "Local paths, and where to: HOST:PATH (relative to the home directory)")
{
    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("fireball put site/ web1:/srv/site", "make /srv/site there like site/ here; what else is there stays"),
        ("fireball put a.conf b.conf web1:/etc/app", "several files into a directory"),
        ("fireball put --parents app root@web1:/opt/app/1.2/app", "make /opt/app/1.2 first"),
        ("fireball put -- \"$file\" \"$host:/srv\"", InScripts),
    ];

    protected override (string Destination, string[] Sources, string Target) ReadPaths(string[] sources, string target)
    {
        if (!RemotePath.TryParse(target, out RemotePath remote))
        {
            throw new UsageException($"put: the last argument, {target}, is not HOST:PATH");
        }

        return (remote.Destination, sources, remote.Path);
    }

    protected override Task<CopyResult> CopyAsync(
        FireballHost host,
        string[] sources,
        string target,
        CopyOptions options,
        IProgress<CopyProgress>? progress,
        CancellationToken cancellationToken) => host.PutAsync(sources, target, options, progress, cancellationToken);
}
