using System.Runtime.CompilerServices;
using Fireball.Linux;
using Fireball.Ssh;

namespace Fireball.Bench;

/// <summary>
/// The host that everything is measured on: how it is reached, a directory on either side, and files to copy. Disposal
/// removes both directories.
/// </summary>
internal sealed class BenchHost : IAsyncDisposable
{
    // How long a question whether the host is still there may take: a connection and two round trips.
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(15);

    // Trees that a worker leaves before it begins again with the first, 8 MiB each: as many as the calls of the
    // standard set that take longer than a round, and no more than fits anywhere.
    private const int MaxTrees = 8;

    // How long the removal of all that was copied may take: a hundred thousand files, on a slow disk.
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromMinutes(3);

    private readonly Dictionary<long, string> _remoteFiles = [];
    private readonly ControlMaster _master;
    private bool _programIsThere;
    private bool _treeIsThere;

    private BenchHost(ConnectionChoice choice, string local, Programs programs, ControlMaster master)
    {
        Destination = choice.Destination;
        SshArguments = Arguments(choice, local);
        IsLocal = choice.IsLocal;
        LocalDirectory = local;
        Programs = programs;
        _master = master;
    }

    /// <summary>As ssh takes it.</summary>
    public string Destination { get; }

    /// <summary>Options of ssh that every transport is given.</summary>
    public IReadOnlyList<string> SshArguments { get; }

    /// <summary>The host is this machine.</summary>
    public bool IsLocal { get; }

    /// <summary>Runs what is no library.</summary>
    public Programs Programs { get; }

    /// <summary>The ControlMaster's process.</summary>
    public int MasterProcessId => _master.ProcessId;

    /// <summary>A directory of this run on this machine.</summary>
    public string LocalDirectory { get; }

    /// <summary>A directory of this run on the host.</summary>
    public string RemoteDirectory => _master.RemoteDirectory;

    /// <summary>What ssh said while connecting: versions and cipher.</summary>
    public string SshLog => LogPath(LocalDirectory);

    /// <summary>Words of ssh that share the master's connection; destination and command follow.</summary>
    public IReadOnlyList<string> Shared => [.. SshArguments, "-S", ControlPath(LocalDirectory)];

    /// <summary>Connects.</summary>
    /// <exception cref="WorkFailedException">In one line.</exception>
    public static async Task<BenchHost> ConnectAsync(ConnectionChoice choice, CancellationToken cancellationToken)
    {
        try
        {
            // Refuses what ssh would take for an option.
            _ = SshTarget.Parse(choice.Destination, choice.SshArguments);
        }
        catch (FormatException failure)
        {
            throw new WorkFailedException(failure.Message, failure);
        }

        string local = Directory.CreateTempSubdirectory("fireball-bench-").FullName;
        var programs = new Programs(local);
        try
        {
            SshConfig.Write(ConfigPath(local), choice.ConfigFile, choice.RoundTrip);
            ControlMaster master = await ControlMaster.ConnectAsync(
                Arguments(choice, local), choice.Destination, ControlPath(local), LogPath(local), cancellationToken);
            return new BenchHost(choice, local, programs, master);
        }
        catch
        {
            programs.Dispose();
            Directory.Delete(local, recursive: true);
            throw;
        }
    }

    /// <summary>A file of random bytes on this machine.</summary>
    public string LocalFile(long size)
    {
        string path = Path.Combine(LocalDirectory, $"source-{size}");
        if (!File.Exists(path))
        {
            RandomFile.Write(path, size);
        }

        return path;
    }

    /// <summary>Where a transport's worker puts what it fetches.</summary>
    public string LocalTarget(string transport, int worker) => Path.Combine(LocalDirectory, $"get-{transport}-{worker}");

    /// <summary>The same file on the host, copied when first asked for.</summary>
    /// <exception cref="WorkFailedException">It cannot be copied.</exception>
    public async Task<string> RemoteFileAsync(long size, CancellationToken cancellationToken)
    {
        if (!_remoteFiles.TryGetValue(size, out string? path))
        {
            path = $"{RemoteDirectory}/source-{size}";
            SpawnRequest copy = SshRequest($"cat > {Quoted(path)}");
            await Task.Run(() => Programs.Run(copy, "setup", cancellationToken, LocalFile(size)), cancellationToken);
            _remoteFiles.Add(size, path);
        }

        return path;
    }

    /// <summary>A directory on this machine that holds nothing but a <see cref="FileTree"/>.</summary>
    public string LocalTree()
    {
        string path = Path.Combine(LocalDirectory, "trees");
        if (!Directory.Exists(path))
        {
            FileTree.Write(path);
        }

        return path;
    }

    /// <summary>The same of small files.</summary>
    public string LocalSmallTree()
    {
        string path = Path.Combine(LocalDirectory, "small-trees");
        if (!Directory.Exists(path))
        {
            FileTree.WriteSmall(path);
        }

        return path;
    }

    /// <summary>The same on the host, copied when first asked for.</summary>
    /// <exception cref="WorkFailedException">It cannot be copied.</exception>
    public async Task<string> RemoteTreeAsync(CancellationToken cancellationToken)
    {
        string path = $"{RemoteDirectory}/trees";
        if (!_treeIsThere)
        {
            SpawnRequest copy = TarThere(path);
            await MakeRemoteDirectoriesAsync([path], cancellationToken);
            await Task.Run(() => Programs.Run(copy, "setup", cancellationToken), cancellationToken);
            _treeIsThere = true;
        }

        return path;
    }

    /// <summary>Makes empty directories on this machine, for a transport's worker to copy trees into; see <see cref="Turns{T}"/>.</summary>
    public string[] LocalTreeTargets(string transport, int worker) =>
        [.. TreeTargets(Path.Combine(LocalDirectory, $"get-tree-{transport}-{worker}")).Select(path => Directory.CreateDirectory(path).FullName)];

    /// <summary>The same on the host.</summary>
    /// <exception cref="WorkFailedException">They cannot be made.</exception>
    public async Task<string[]> RemoteTreeTargetsAsync(string transport, int worker, CancellationToken cancellationToken)
    {
        string[] paths = [.. TreeTargets($"{RemoteDirectory}/put-tree-{transport}-{worker}")];
        await MakeRemoteDirectoriesAsync(paths, cancellationToken);
        return paths;
    }

    /// <summary>tar to tar: the tree into a directory on the host.</summary>
    public SpawnRequest TarThere(string target) => Pipe(
        $"tar -C \"$0\" -cf - {FileTree.Name} | \"$@\"", LocalTree(), $"tar -C {Quoted(target)} -xf -");

    /// <summary>tar to tar: the tree out of a directory on the host.</summary>
    public SpawnRequest TarHere(string source, string target) => Pipe(
        "\"$@\" | tar -C \"$0\" -xf -", target, $"tar -C {Quoted(source)} -cf - {FileTree.Name}");

    /// <summary>This program as a word of a command line on the host; copied there when first asked for.</summary>
    /// <exception cref="WorkFailedException">It cannot be copied, or would not run there.</exception>
    public async Task<string> OwnProgramAsync(CancellationToken cancellationToken)
    {
        if (IsLocal)
        {
            return Quoted(OwnExecutable.Path);
        }

        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new WorkFailedException("on another host the floor needs this program compiled ahead of time (tools/build)");
        }

        string path = $"{RemoteDirectory}/fireball-bench";
        if (!_programIsThere)
        {
            SpawnRequest copy = SshRequest($"cat > {Quoted(path)} && chmod 700 {Quoted(path)}");
            await Task.Run(() => Programs.Run(copy, "setup", cancellationToken, OwnExecutable.Path), cancellationToken);
            _programIsThere = true;
        }

        return Quoted(path);
    }

    /// <summary>An ssh over the master's connection that runs this line.</summary>
    public SpawnRequest SshRequest(string line) => Programs.Request(["ssh", .. Shared, "-T", "--", Destination, line]);

    /// <summary>Whether a connection of its own still reaches the host; null: it does, otherwise why not.</summary>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeLimit);
        SpawnRequest probe = Programs.Request(
            ["ssh", .. SshArguments, "-o", "ControlPath=none", "-o", "ControlMaster=no", "-T", "--", Destination, "exit 0"]);
        try
        {
            await Task.Run(() => Programs.Run(probe, "probe", limit.Token), CancellationToken.None);
            return null;
        }
        catch (WorkFailedException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {ProbeLimit.TotalSeconds:0} s";
        }
    }

    /// <summary>A word of a shell's command line; none of our paths has a quote.</summary>
    public static string Quoted(string path) => $"'{path}'";

    // The shell's $0 is the local directory, its arguments are the ssh: no word of either is quoted.
    private SpawnRequest Pipe(string script, string localDirectory, string line) => Programs.Request(
        ["sh", "-c", script, localDirectory, "ssh", .. Shared, "-T", "--", Destination, line]);

    private static IEnumerable<string> TreeTargets(string parent) => Enumerable.Range(0, MaxTrees).Select(number => $"{parent}/{number}");

    private Task MakeRemoteDirectoriesAsync(string[] paths, CancellationToken cancellationToken)
    {
        SpawnRequest make = SshRequest($"mkdir -p {string.Join(' ', paths.Select(Quoted))}");
        return Task.Run(() => Programs.Run(make, "setup", cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(RemovalLimit);
        try
        {
            SpawnRequest remove = SshRequest($"rm -rf {Quoted(RemoteDirectory)}");
            await Task.Run(() => Programs.Run(remove, "setup", limit.Token), CancellationToken.None);
        }
        catch (Exception gone) when (gone is WorkFailedException or OperationCanceledException)
        {
            // The host is gone, and with it what could be removed.
        }

        await _master.DisposeAsync();
        Programs.Dispose();
        Directory.Delete(LocalDirectory, recursive: true);
    }

    private static IReadOnlyList<string> Arguments(ConnectionChoice choice, string local) =>
        ["-F", ConfigPath(local), .. choice.SshArguments];

    private static string ConfigPath(string local) => Path.Combine(local, "ssh_config");

    // Short: ssh appends 17 characters while it makes the socket, and sun_path has 108.
    private static string ControlPath(string local) => Path.Combine(local, "mux");

    private static string LogPath(string local) => Path.Combine(local, "ssh.log");
}
