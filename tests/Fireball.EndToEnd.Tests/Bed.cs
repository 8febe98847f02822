using System.Diagnostics;
using System.Globalization;
using Fireball.Linux;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>
/// A person's shell before a host: a runtime directory of its own, so a background process of its own, and a private
/// sshd. Hosts "t" and "t1" to "t200" are the same machine.
/// </summary>
internal sealed class Bed : IAsyncDisposable
{
    private readonly SshServer? _server;
    private readonly SshServer? _ownServer;
    private readonly TemporaryDirectory _directory = new("fbe2e");

    private Bed(SshServer server, bool owned)
        : this(server.ConfigPath)
    {
        _server = server;
        _ownServer = owned ? server : null;
    }

    private Bed(string config)
    {
        Config = config;
        Runtime = _directory["run"];
        Directory.CreateDirectory(Runtime, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public SshServer Server => _server ?? throw new InvalidOperationException("this bed's hosts are not on this machine");

    public string Runtime { get; }

    /// <summary>What calls travel in; null: what the command does without being told.</summary>
    public string? Transport { get; init; }

    /// <summary>The ssh_config that everything is started with.</summary>
    public string Config { get; set; }

    public string Files => _directory.Path;

    /// <summary>The command.</summary>
    public string Program { get; set; } = Artifacts.Program;

    /// <summary>Changes to the environment of what is started from now on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public static Bed On(SshServerFixture fixture, string? transport = null) => new(fixture.Server, owned: false) { Transport = transport };

    public static async Task<Bed> StartAsync(SshServerOptions options, string? transport = null) =>
        new(await SshServer.StartAsync(options), owned: true) { Transport = transport };

    /// <summary>With the hosts of an ssh_config.</summary>
    public static Bed To(string config, string? transport) => new(config) { Transport = transport };

    /// <summary>Runs "fireball VERB -F CONFIG ..." to its end.</summary>
    public async Task<Run> RunAsync(string verb, string[] arguments, byte[]? input = null)
    {
        using Process process = Start(verb, arguments);
        Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream);
        Task<byte[]> error = ReadAsync(process.StandardError.BaseStream);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? []);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want it all.
        }

        await WaitAsync(process);
        return new Run(process.ExitCode, await output.WaitAsync(Until.Limit), await error.WaitAsync(Until.Limit));
    }

    public Task<Run> ExecAsync(params string[] arguments) => RunAsync("exec", arguments);

    /// <summary>Starts it with pipes for its standard streams.</summary>
    public Process Start(string verb, params string[] arguments)
    {
        // A program that is started in the background inherits ignored signals, and then ignores them as ssh does: env
        // restores them, however the tests were started, and becomes the program.
        var start = new ProcessStartInfo("env")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Files,
        };
        start.Environment["XDG_RUNTIME_DIR"] = Runtime;
        start.ArgumentList.Add("--default-signal=INT,QUIT,TERM,HUP");
        start.ArgumentList.Add(Program);
        start.ArgumentList.Add(verb);
        if (verb is not ("stop" or "hosts" or "serve"))
        {
            start.ArgumentList.Add("-F");
            start.ArgumentList.Add(Config);
            if (Transport is not null)
            {
                start.ArgumentList.Add("--transport");
                start.ArgumentList.Add(Transport);
            }
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static async Task WaitAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Until.Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill();
            throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} hangs", late);
        }
    }

    /// <summary>The pid of this bed's background process; null: there is none.</summary>
    public int? BackgroundPid() => Processes
        .All()
        .Where(process => process.CommandLine.Contains("fireball-serve --background", StringComparison.Ordinal)
            && Processes.EnvironmentOf(process.Pid).Contains($"XDG_RUNTIME_DIR={Runtime}", StringComparison.Ordinal))
        .Select(process => (int?)process.Pid)
        .FirstOrDefault();

    /// <summary>The pid of the agent (its worker) on host "t", which is connected where it is not.</summary>
    public async Task<int> AgentPidAsync()
    {
        using var ping = System.Text.Json.JsonDocument.Parse((await RunAsync("ping", ["--json", "t"])).Exits(0).OutputBytes);
        return ping.RootElement.GetProperty("agent_pid").GetInt32();
    }

    /// <summary>What the ssh processes of this bed have read until now, bytes.</summary>
    public long BytesThroughSsh() => BackgroundPid() is { } background
        ? Processes.ChildrenOf(background).Sum(ssh => Processes.BytesRead(ssh.Pid))
        : 0;

    /// <summary>kill -9 for every ssh of this bed.</summary>
    public async Task KillSshAsync()
    {
        IReadOnlyList<ProcessEntry> children = Processes.ChildrenOf(BackgroundPid()!.Value);
        Assert.NotEmpty(children);
        foreach (ProcessEntry ssh in children)
        {
            await Command.RunAsync("kill", ["-9", Text(ssh.Pid)]);
        }
    }

    /// <summary>The same, and waits until it is noticed: a call before that may go into the dead connection, and then fails.</summary>
    public async Task LoseSshAsync()
    {
        await KillSshAsync();
        await Until.TrueAsync(
            async () => !(await RunAsync("hosts", ["--json"])).Exits(0).Output.Contains("\"connected\"", StringComparison.Ordinal),
            "the loss of ssh to be noticed");
    }

    public static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        using (Process stop = Start("stop"))
        {
            await WaitAsync(stop);
        }

        if (_ownServer is not null)
        {
            await _ownServer.DisposeAsync();
        }

        _directory.Dispose();
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
