using System.Text;
using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

[Collection("Children")]
public sealed class ForegroundProgramTests : IDisposable
{
    private readonly EnvironmentBlock _environment = EnvironmentBlock.FromProcess();
    private readonly string _output = Path.GetTempFileName();

    public void Dispose()
    {
        _environment.Dispose();
        File.Delete(_output);
    }

    [Theory]
    [InlineData("exit 0", 0, 0)]
    [InlineData("exit 7", 7, 0)]
    [InlineData("kill -TERM $$", 0, 15)]
    public void It_tells_how_the_program_ended(string line, int code, int signal)
    {
        ProcessExit exit = Run(line, default);

        Assert.Equal((code, signal), (exit.Code, exit.Signal));
    }

    [Fact]
    public void Its_standard_streams_are_the_files_it_was_given()
    {
        File.WriteAllText(_output, "in\n");
        using (var input = File.OpenHandle(_output, share: FileShare.ReadWrite))
        using (var output = File.OpenHandle(_output + ".out", FileMode.Create, FileAccess.Write))
        {
            _ = ForegroundProgram.Run(Request("cat; echo err >&2"), input, output, output);
        }

        Assert.Equal("in\nerr\n", File.ReadAllText(_output + ".out"));
        File.Delete(_output + ".out");
    }

    [Fact]
    public async Task Cancelled_it_is_killed_and_has_ended()
    {
        using var stop = new CancellationTokenSource();
        string pidFile = _output + ".pid";
        Task run = Task.Run(() => Run($"echo $$ > {pidFile}.new; mv {pidFile}.new {pidFile}; exec sleep 3600", stop.Token));

        // Renamed, the file is whole.
        using (var watcher = new FileSystemWatcher(Path.GetDirectoryName(pidFile)!, Path.GetFileName(pidFile)))
        {
            var there = new TaskCompletionSource();
            watcher.Renamed += (_, _) => there.TrySetResult();
            watcher.EnableRaisingEvents = true;
            if (!File.Exists(pidFile))
            {
                await there.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }
        }

        int pid = int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Null(Processes.Find(pid));
        File.Delete(pidFile);
    }

    [Fact]
    public void What_is_not_there_is_said()
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        var request = new SpawnRequest { Arguments = ["/no/such/program"u8.ToArray()], Environment = _environment };

        Assert.Equal(
            SpawnFailure.NotFound,
            Assert.Throws<SpawnException>(() => ForegroundProgram.Run(request, nothing, nothing, nothing)).Failure);
    }

    private ProcessExit Run(string line, CancellationToken cancellationToken)
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        return ForegroundProgram.Run(Request(line), nothing, nothing, nothing, cancellationToken);
    }

    private SpawnRequest Request(string line) => new()
    {
        Arguments = ["/bin/sh"u8.ToArray(), "-c"u8.ToArray(), Encoding.UTF8.GetBytes(line)],
        Environment = _environment,
    };
}
