using Fireball.Bench.Run;
using Fireball.Bench.Work;

namespace Fireball.Bench.Transports;

/// <summary>rsync, a process for each file, over the ControlMaster's connection. It copies the whole file each time.</summary>
internal sealed class RsyncTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "rsync";

    /// <inheritdoc/>
    public string Description => "rsync --whole-file --ignore-times, a process for each file or tree, over a ControlMaster";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works => [Work.Works.Put, Work.Works.Get, Work.Works.PutTree, Work.Works.GetTree];

    /// <inheritdoc/>
    public Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        Task.FromResult<ITransportSession>(new CopySession(host, async (work, worker, cancel) =>
        {
            bool tree = work.Kind == Work.Works.PutTree || work.Kind == Work.Works.GetTree;
            string[] files =
                work.Kind == Work.Works.Put ? [host.LocalFile(work.Size), $"{host.Destination}:{host.RemoteDirectory}/put-rsync-{worker}"]
                : work.Kind == Work.Works.Get ? [$"{host.Destination}:{await host.RemoteFileAsync(work.Size, cancel)}", host.LocalTarget("rsync", worker)]
                : work.Kind == Work.Works.PutTree
                    ? [$"{host.LocalTree()}/{FileTree.Name}", $"{host.Destination}:{await host.RemoteTreeTargetAsync("rsync", worker, cancel)}/"]
                : [$"{host.Destination}:{await host.RemoteTreeAsync(cancel)}/{FileTree.Name}", $"{host.LocalTreeTarget("rsync", worker)}/"];

            // Words of the remote shell are split at blanks; quotes keep one that has some.
            string shell = string.Join(' ', host.Shared.Prepend("ssh").Select(word => $"'{word}'"));
            string[] recursive = tree ? ["--recursive"] : [];
            return host.Programs.Request(
                ["rsync", "--whole-file", "--ignore-times", .. recursive, "-e", shell, "--", .. files]);
        }));
}
