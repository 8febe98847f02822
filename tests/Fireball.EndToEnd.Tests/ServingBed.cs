using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>"fireball serve" in front, listening, on a bed of its own; ended by SIGTERM.</summary>
internal sealed class ServingBed : IAsyncDisposable
{
    private readonly Bed _bed;
    private readonly Process _serve;

    private ServingBed(Bed bed, Process serve) => (_bed, _serve) = (bed, serve);

    /// <summary>The ssh_config with the hosts "t", "t1" ...</summary>
    public string Config => _bed.Config;

    /// <summary>The gRPC socket, at its usual place.</summary>
    public string Socket => Path.Combine(_bed.Runtime, "fireball", "grpc.sock");

    public int Pid => _serve.Id;

    public static async Task<ServingBed> StartAsync(SshServerFixture fixture)
    {
        Bed bed = Bed.On(fixture);
        Process serve = bed.Start("serve");
        string? line = await serve.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit);
        Assert.Equal($"listening on unix://{Path.Combine(bed.Runtime, "fireball", "grpc.sock")}", line);
        return new ServingBed(bed, serve);
    }

    /// <summary>
    /// Runs lines of shell in a copy of one of the repository's examples, where they find what the repository has beside
    /// it.
    /// </summary>
    public async Task<string> RunExampleAsync(string name, string lines)
    {
        string root = Path.Combine(_bed.Files, "repository");
        string copy = Path.Combine(root, "tools", "examples", name);
        Directory.CreateDirectory(copy);
        Directory.CreateSymbolicLink(Path.Combine(root, "proto"), Path.Combine(Repository.Root!, "proto"));
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root!, "tools", "examples", name)))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        Command.Outcome outcome = await Command.RunAsync(
            "env", [$"XDG_RUNTIME_DIR={_bed.Runtime}", "sh", "-ec", $"cd {copy}\n{lines}"]).WaitAsync(Until.Limit);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome.Output;
    }

    /// <summary>SIGTERM; returns when the process has ended.</summary>
    public async Task TerminateAsync()
    {
        await Command.RunAsync("kill", [Bed.Text(_serve.Id)]);
        await Bed.WaitAsync(_serve);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_serve.HasExited)
        {
            await TerminateAsync();
        }

        _serve.Dispose();
        await _bed.DisposeAsync();
    }
}
