using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>sftp, a process for each file, over the ControlMaster's connection.</summary>
internal sealed class SftpTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "sftp";

    /// <inheritdoc/>
    public string Description => "OpenSSH's sftp, a process for each file or tree, over a ControlMaster";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works => [WorkKinds.Put, WorkKinds.Get, WorkKinds.PutTree, WorkKinds.GetTree];

    /// <inheritdoc/>
    public Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        Task.FromResult<ITransportSession>(new CopySession(host, async (work, worker, cancel) =>
        {
            (string copy, string[] targets) =
                work.Kind == WorkKinds.Put ? ($"put \"{host.LocalFile(work.Size)}\"", [$"{host.RemoteDirectory}/put-sftp-{worker}"])
                : work.Kind == WorkKinds.Get ? ($"get \"{await host.RemoteFileAsync(work.Size, cancel)}\"", [host.LocalTarget("sftp", worker)])
                : work.Kind == WorkKinds.PutTree
                    ? ($"put -r \"{host.LocalTree()}/{FileTree.Name}\"", await host.RemoteTreeTargetsAsync("sftp", worker, cancel))
                : ($"get -r \"{await host.RemoteTreeAsync(cancel)}/{FileTree.Name}\"", host.LocalTreeTargets("sftp", worker));
            var requests = new List<SpawnRequest>();
            foreach (string target in targets)
            {
                string script = Path.Combine(host.LocalDirectory, $"sftp-{worker}-{requests.Count}");
                await File.WriteAllTextAsync(script, $"{copy} \"{target}\"\n", cancel);
                requests.Add(host.Programs.Request(
                    ["sftp", .. host.SshArguments, "-o", $"ControlPath={host.Shared[^1]}", "-q", "-b", script, "--", host.Destination]));
            }

            return [.. requests];
        }));
}
