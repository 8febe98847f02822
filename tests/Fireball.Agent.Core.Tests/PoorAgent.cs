using Fireball.Controller;
using Fireball.TestSupport;

namespace Fireball.Agent.Core.Tests;

/// <summary>
/// An agent, with an owner, that can do no harm: of a user who owns nothing where the tests are root's, at home in a directory that
/// is removed with it.
/// </summary>
internal sealed class PoorAgent : IAsyncDisposable
{
    // The user id and the group id that own no file: what Linux shows where an id has no place (overflowuid, proc(5)).
    private const string User = "65534";

    private readonly TemporaryDirectory _directory;
    private readonly AgentProcess _process;

    private PoorAgent(TemporaryDirectory directory, AgentProcess process, AgentClient client) =>
        (_directory, _process, Client) = (directory, process, client);

    internal AgentClient Client { get; }

    /// <summary>Process id of the agent's second process, which answers calls.</summary>
    internal int Worker => (int)_process.Reply.Pid;

    // Not the outermost: what goes up by one ".." is still in the directory.
    private string Home => _directory["in/home"];

    internal static async Task<PoorAgent> StartAsync(AgentTransport transport)
    {
        var directory = new TemporaryDirectory();
        string home = Directory.CreateDirectory(directory["in/home"]).FullName;
        string[] become = [];
        if (Environment.IsPrivilegedProcess)
        {
            await Command.CheckAsync("chown", "-R", $"{User}:{User}", directory["in"]);
            become = ["setpriv", "--reuid", User, "--regid", User, "--clear-groups"];
        }

        AgentProcess process = await AgentProcess.StartAsync(transport: transport, wrapper: ["env", $"HOME={home}", .. become]);

        // Through the channel: the agent's socket is for its own user.
        return new PoorAgent(directory, process, await process.HandshakeAsync(process.Channel));
    }

    /// <summary>Something to be asked for.</summary>
    internal void Fill()
    {
        Directory.CreateDirectory(Path.Combine(Home, "tree"));
        File.WriteAllText(Path.Combine(Home, "tree/file"), "content");
        File.CreateSymbolicLink(Path.Combine(Home, "tree/link"), "file");
    }

    /// <summary>What its worker has open, but for the libraries, which the runtime opens when it needs them.</summary>
    internal IReadOnlyList<string> Descriptors() =>
    [
        .. Directory.EnumerateFileSystemEntries($"/proc/{Worker}/fd")
            .Select(path => new FileInfo(path).LinkTarget)
            .OfType<string>()
            .Where(target => !target.EndsWith(".dll", StringComparison.Ordinal)),
    ];

    /// <summary>What copies that are over have not taken away again.</summary>
    internal IEnumerable<string> Temporaries() =>
        Directory.EnumerateFileSystemEntries(
            _directory.Path,
            ".fireball-*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true });

    /// <summary>Nothing is at home any more.</summary>
    internal async Task EmptyAsync()
    {
        // Modes are among what was asked for.
        await Command.CheckAsync("chmod", "-R", "u+rwX", _directory["in"]);
        await Command.CheckAsync("find", _directory["in"], "-mindepth", "1", "-not", "-path", Home, "-delete");
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _process.DisposeAsync();
        await EmptyAsync();
        _directory.Dispose();
    }
}
