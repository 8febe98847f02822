using Fireball.Bench.Run;
using Fireball.Bench.Work;
using Fireball.Posix;

namespace Fireball.Bench.Transports;

/// <summary>sftp, a process for each file, over the ControlMaster's connection.</summary>
internal sealed class SftpTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "sftp";

    /// <inheritdoc/>
    public string Description => "OpenSSH's sftp, a process for each file or tree, over a ControlMaster";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works => [Work.Works.Put, Work.Works.Get, Work.Works.PutTree, Work.Works.GetTree];

    /// <inheritdoc/>
    public Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        Task.FromResult<ITransportSession>(new CopySession(host, async (work, worker, cancel) =>
        {
            (string copy, string[] targets) =
                work.Kind == Work.Works.Put ? ($"put \"{host.LocalFile(work.Size)}\"", [$"{host.RemoteDirectory}/put-sftp-{worker}"])
                : work.Kind == Work.Works.Get ? ($"get \"{await host.RemoteFileAsync(work.Size, cancel)}\"", [host.LocalTarget("sftp", worker)])
                : work.Kind == Work.Works.PutTree
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
