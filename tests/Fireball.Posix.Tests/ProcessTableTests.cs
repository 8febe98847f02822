using System.Text;

namespace Fireball.Posix.Tests;

public sealed class ProcessTableTests : IDisposable
{
    private readonly Reactor _reactor = new("test");
    private readonly ProcessTable _table;

    public ProcessTableTests() => _table = new ProcessTable(_reactor, reapsAll: false);

    public void Dispose()
    {
        _table.Dispose();
        _reactor.Dispose();
    }

    [Fact]
    public async Task Output_of_both_streams_and_the_exit_code_arrive()
    {
        var result = await RunAsync("sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal("out\n", result.Output);
        Assert.Equal("err\n", result.Error);
        Assert.Equal(7, result.Exit.Code);
        Assert.Equal(0, result.Exit.Signal);
        Assert.False(result.OutputOpen);
    }

    [Fact]
    public async Task A_short_command_is_one_batch()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(Request(environment, "echo", "hi"));
        await child.WaitAsync();
        var batch = child.Take();
        Assert.NotNull(batch.Exit);
        Assert.Equal("hi\n"u8.ToArray(), batch.Segments.Single().Bytes.ToArray());
        child.Return();
    }

    private static SpawnRequest Request(EnvironmentBlock environment, params string[] arguments) => new()
    {
        Arguments = [.. arguments.Select(a => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(a))],
        Environment = environment,
    };

    private async Task<(string Output, string Error, ProcessExit Exit, bool OutputOpen)> RunAsync(
        params string[] arguments)
    {
        using var environment = EnvironmentBlock.FromProcess();
        var child = _table.Start(Request(environment, arguments));
        var output = new MemoryStream();
        var error = new MemoryStream();
        while (true)
        {
            await child.WaitAsync();
            var batch = child.Take();
            foreach (var segment in batch.Segments)
            {
                (segment.IsError ? error : output).Write(segment.Bytes.Span);
            }

            child.Return();
            if (batch.Exit is { } exit)
            {
                return (
                    Encoding.Latin1.GetString(output.ToArray()),
                    Encoding.Latin1.GetString(error.ToArray()),
                    exit,
                    batch.OutputOpen);
            }
        }
    }
}
