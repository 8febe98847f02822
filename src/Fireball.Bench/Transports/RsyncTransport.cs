namespace Fireball.Bench;

/// <summary>rsync, a process for each file, over the ControlMaster's connection. It copies the whole file each time.</summary>
internal sealed class RsyncTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "rsync";

    /// <inheritdoc/>
    public string Description => "rsync --whole-file --ignore-times, a process for each file or tree, over a ControlMaster";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works => [WorkKinds.Put, WorkKinds.Get, WorkKinds.PutTree, WorkKinds.GetTree];

    /// <inheritdoc/>
    public Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        Task.FromResult<ITransportSession>(new CopySession(host, async (work, worker, cancel) =>
        {
            string There(string path) => $"{host.Destination}:{path}";
            bool tree = work.Kind == WorkKinds.PutTree || work.Kind == WorkKinds.GetTree;
            string source =
                work.Kind == WorkKinds.Put ? host.LocalFile(work.Size)
                : work.Kind == WorkKinds.Get ? There(await host.RemoteFileAsync(work.Size, cancel))
                : work.Kind == WorkKinds.PutTree ? $"{host.LocalTree()}/{FileTree.Name}"
                : There($"{await host.RemoteTreeAsync(cancel)}/{FileTree.Name}");
            IEnumerable<string> targets =
                work.Kind == WorkKinds.Put ? [There($"{host.RemoteDirectory}/put-rsync-{worker}")]
                : work.Kind == WorkKinds.Get ? [host.LocalTarget("rsync", worker)]
                : work.Kind == WorkKinds.PutTree ? (await host.RemoteTreeTargetsAsync("rsync", worker, cancel)).Select(path => There(path + "/"))
                : host.LocalTreeTargets("rsync", worker).Select(path => path + "/");

            // Words of the remote shell are split at blanks; quotes keep one that has some.
            string shell = string.Join(' ', host.Shared.Prepend("ssh").Select(word => $"'{word}'"));
            string[] recursive = tree ? ["--recursive"] : [];
            return [.. targets.Select(target => host.Programs.Request(
                ["rsync", "--whole-file", "--ignore-times", .. recursive, "-e", shell, "--", source, target]))];
        }));
}
