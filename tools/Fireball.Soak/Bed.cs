using System.Diagnostics;
using System.Globalization;
using Fireball.Linux;
using Fireball.TestSupport;

namespace Fireball.Soak;

/// <summary>
/// A host of its own (a private sshd with a throw-away login user), and a shell before it with a runtime directory, and so a
/// background process, of its own.
/// </summary>
internal sealed class Bed : IAsyncDisposable
{
    /// <summary>What a command may take at most: many times what it takes with all faults, so that one which hangs is found.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly SshServer _server;
    private readonly TemporaryDirectory _directory = new("fbsoak");
    private readonly string _program;

    private Bed(SshServer server, string program)
    {
        _server = server;
        _program = program;
        Directory.CreateDirectory(Runtime, (UnixFileMode)0b111_000_000);
    }

    /// <summary>What commands have been done, one line each; the host's user writes it.</summary>
    public string Journal => _server.DirectoryPath + "/journal";

    public LoginUser User => _server.User;

    public string Files => _directory.Path;

    private string Runtime => _directory["run"];

    /// <summary>Starts the host; nothing is connected before the first command.</summary>
    /// <param name="name">Of the bed; each has a login user of its own.</param>
    /// <param name="program">The built command.</param>
    public static async Task<Bed> StartAsync(string name, string program)
    {
        var bed = new Bed(await SshServer.StartAsync(new SshServerOptions { User = await LoginUsers.GetAsync(key: name) }), program);
        await File.WriteAllTextAsync(bed.Journal, "");
        File.SetUnixFileMode(bed.Journal, (UnixFileMode)0b110_110_110);
        return bed;
    }

    /// <summary>Runs "fireball VERB ..." to its end.</summary>
    public async Task<Finished> RunAsync(string verb, string[] arguments, byte[]? input = null)
    {
        var start = new ProcessStartInfo(_program)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = Runtime;
        string[] connection = verb is "stop" or "hosts" ? [] : ["-F", _server.ConfigPath];
        foreach (string word in (string[])[verb, .. connection, .. arguments])
        {
            start.ArgumentList.Add(word);
        }

        using Process process = Process.Start(start)!;
        Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream);
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? []);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all.
        }

        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return new Finished(Status: null, [], "");
        }

        return new Finished(process.ExitCode, await output, await error);
    }

    /// <summary>The background process; null: there is none.</summary>
    public int? Background() => Processes.All()
        .Where(process => process.CommandLine.Contains("fireball-serve --background", StringComparison.Ordinal)
            && Processes.EnvironmentOf(process.Pid).Contains($"XDG_RUNTIME_DIR={Runtime} ", StringComparison.Ordinal))
        .Select(process => (int?)process.Pid)
        .FirstOrDefault();

    /// <summary>Its ssh processes.</summary>
    public IEnumerable<int> Ssh() => Background() is { } background
        ? Processes.ChildrenOf(background).Select(child => child.Pid)
        : [];

    /// <summary>The first, or the second, process of each agent on the host.</summary>
    public IEnumerable<int> Agents(bool worker)
    {
        HashSet<int> found = [.. Processes.All()
            .Where(process => process.CommandLine.Contains(worker ? " --worker " : " --marker ", StringComparison.Ordinal)
                && Processes.EnvironmentOf(process.Pid).Contains($"HOME={User.Home} ", StringComparison.Ordinal)
                && !process.CommandLine.StartsWith("sh -c", StringComparison.Ordinal))
            .Select(process => process.Pid)];

        // A command has its agent's words until it becomes what it runs.
        return [.. found.Where(pid => Processes.Find(pid) is { } process && !found.Contains(process.Parent))];
    }

    /// <summary>sshd's processes for the sessions.</summary>
    public IEnumerable<int> Sessions() => Processes.ChildrenOf(_server.ProcessId).Select(child => child.Pid);

    /// <summary>What is left on the host when all is over; empty: only the agent's executable, which is kept.</summary>
    public IEnumerable<string> Leftovers()
    {
        foreach (int pid in Agents(worker: true).Concat(Agents(worker: false)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"process {pid}");
        }

        // Where executables are kept: the second where the first was being removed.
        string[] caches = [User.Home + "/.cache/fireball", "/tmp/fireball-" + User.Name];
        foreach (string path in Directory.EnumerateFileSystemEntries("/tmp").Concat(Directory.EnumerateFileSystemEntries("/dev/shm")).Where(IsUsers))
        {
            if (!caches.Contains(path))
            {
                yield return path;
            }
        }

        foreach (string path in caches.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries))
        {
            if (path.EndsWith(".part", StringComparison.Ordinal))
            {
                yield return path;
            }
        }

        foreach (string path in Directory.EnumerateFileSystemEntries(Runtime).Where(path => path.Contains("fireball-ssh-", StringComparison.Ordinal)))
        {
            yield return path;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop", []);
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    private bool IsUsers(string path) =>
        PosixFile.GetStatusAt(PosixFile.CurrentDirectory, PosixText.Encode(path), follow: false, out FileStatus status) >= 0 && status.UserId == User.Uid;

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
