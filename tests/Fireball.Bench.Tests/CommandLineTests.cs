using Fireball.TestSupport;

namespace Fireball.Bench.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("web1 --transports zmq,carrier-pigeon", "there is no carrier-pigeon; there are zmq, ", ", ssh, sftp, rsync, spawn, floor")]
    [InlineData("web1 --work dance", "there is no dance; there are echo, exec, output, input, put, get, put-tree, get-tree, put-small, connect, connect-new, idle, open-host")]
    [InlineData("web1 --transports command,floor --work connect-new", "--work: nothing is left to measure: command, floor cannot do it")]
    [InlineData("web1 --preset fast", "--preset: there is no fast; there are standard, core")]
    [InlineData("web1 --preset core --transports zmq", "--preset core says itself what is measured: not together with --transports")]
    [InlineData("web1 --work exec --preset standard", "not together with --work")]
    [InlineData("web1 --preset core --size 64", "not together with --size")]
    [InlineData("web1 --preset core --concurrency 2", "not together with --concurrency")]
    [InlineData("web1 --preset core --rate 5", "not together with --rate")]
    [InlineData("web1 --preset core --rtt 50ms", "not together with --rtt")]
    [InlineData("web1 --preset core --rounds 0", "--rounds 0: not a number from 1 to 1000")]
    [InlineData("web1 --size 64,huge", "--size huge: not a size from 1 to 16G, such as 64, 4K, 64K, 1M")]
    [InlineData("web1 --size 0", "--size 0: not a size")]
    [InlineData("web1 --size 17G", "--size 17G: not a size")]
    [InlineData("web1 --size 64,64", "a value stands there twice")]
    [InlineData("web1 --work echo --size 1M", "an echo carries at most 64K")]
    [InlineData("web1 --concurrency 0", "--concurrency 0: not a number from 1 to 1000")]
    [InlineData("web1 --rate nought", "--rate nought: not a number of calls a second")]
    [InlineData("web1 --for ever", "--for ever: not a time")]
    [InlineData("web1 --for 0", "--for 0: not a time")]
    [InlineData("web1 --rounds 0", "--rounds 0: not a number from 1 to 1000")]
    [InlineData("web1 --rtt 1h", "--rtt: at most 10s")]
    [InlineData("web1 -p 99999", "-p 99999: not a port")]
    [InlineData("local -p 22", "'local' has a configuration of its own")]
    [InlineData("web1 --html /no/such/place/x.html", "there is no directory /no/such/place")]
    [InlineData("web1 --json /tmp", "is a directory")]
    [InlineData("web1 --svg /no/such/place/x.svg", "there is no directory /no/such/place")]
    [InlineData("web1 --frobnicate", "there is no option --frobnicate")]
    [InlineData("", "see 'fireball bench --help'")]
    [InlineData("web1 web2", "see 'fireball bench --help'")]
    [InlineData("compare", "see 'fireball bench --help'")]
    [InlineData("compare /no/such/file /no/such/file", "/no/such/file")]
    public async Task What_cannot_be_done_is_2_and_one_line_that_says_what_can(string arguments, params string[] words)
    {
        (int status, string output, string error) = await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (status, output));
        Assert.All(words, word => Assert.Contains(word, error, StringComparison.Ordinal));
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Help_names_all_there_is()
    {
        (int status, string output, _) = await RunAsync("--help");

        Assert.Equal(0, status);
        Assert.All(
            ["--preset", "standard", "core", "--svg", "--transports", "--work", "--size", "--concurrency", "--rate", "--for", "--rounds", "--rtt", "--html", "--json", "-F", "zmq", "floor", "connect"],
            word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [RequiresFact("ssh")]
    public async Task A_host_that_cannot_be_reached_is_255_and_ssh_s_own_words()
    {
        (int status, string output, string error) = await RunAsync(
            "-F", "none", "-o", "ProxyCommand=false", "-o", "BatchMode=yes", "web1");

        Assert.Equal((255, ""), (status, output));
        Assert.StartsWith("fireball-bench: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Compare_tells_a_difference_from_noise()
    {
        (string before, string same, string slower) = (Write(1, 1), Write(1, 2), Write(1.3, 3));
        (int status, string output, string error) = await RunAsync("compare", before, same);
        Assert.Equal((0, ""), (status, error));

        // Of twenty comparisons of the same one seems to differ by chance.
        Assert.InRange(output.Split('\n').Count(line => line.EndsWith("  within the noise", StringComparison.Ordinal)), 17, 20);
        Assert.DoesNotContain("The floor differs", output, StringComparison.Ordinal);

        (status, output, error) = await RunAsync("compare", before, slower);
        Assert.Equal((0, ""), (status, error));
        Assert.Equal(20, output.Split('\n').Count(line => line.EndsWith("  slower", StringComparison.Ordinal)));
        Assert.Contains("20 of 20 differ by more than the noise. By chance alone about 1 would.", output, StringComparison.Ordinal);
        Assert.Contains("The floor differs too", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_says_where_there_are_too_few_rounds_and_what_differs()
    {
        BenchResults other = SampleResults.Make(factor: 2, rounds: 2);
        string after = _directory["after.json"];
        ResultsFile.Write(after, other with { Machine = other.Machine with { Cipher = "chacha20" }, State = RunState.Interrupted, Reason = "interrupted" });
        (int status, string output, _) = await RunAsync("compare", Write(1, 1), after);

        Assert.Equal(0, status);
        Assert.Contains("too few rounds to tell", output, StringComparison.Ordinal);
        Assert.Contains("different: cipher: aes128-gcm@openssh.com before, chacha20 after", output, StringComparison.Ordinal);
        Assert.Contains("NOT COMPLETE: interrupted", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("64", 64)]
    [InlineData("4K", 4096)]
    [InlineData("4k", 4096)]
    [InlineData("1M", 1 << 20)]
    [InlineData("16G", 16L << 30)]
    public void Sizes_are_read_and_written(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long read));
        Assert.Equal(bytes, read);
        Assert.Equal(text.ToUpperInvariant(), ByteSize.Format(bytes));
    }

    private string Write(double factor, int seed)
    {
        string path = _directory[$"{seed}.json"];
        ResultsFile.Write(path, SampleResults.Make(factor, seed: seed));
        return path;
    }

    private static async Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int status = await BenchCommand.RunAsync(arguments, output, error);
        return (status, output.ToString(), error.ToString());
    }
}
