using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Controller.Tests.Copies;

public sealed class FileCopyTests
{
    [Fact]
    public async Task A_tree_goes_there_and_comes_back_the_same()
    {
        await using CopyPeers peers = await CopyPeers.StartAsync();
        string source = Path.Combine(peers.Here, "source");
        Directory.CreateDirectory(source + "/sub/empty");
        byte[] large = new byte[5_000_001];
        new Random(1).NextBytes(large);
        await File.WriteAllBytesAsync(source + "/sub/large", large);
        for (int i = 0; i < 500; i++)
        {
            await File.WriteAllTextAsync($"{source}/{i}", new string('x', i * 20));
        }

        var steps = new Steps();
        CopyResult put = await peers.Copy.PutAsync([CopyPeers.Bytes(source)], "there"u8.ToArray(), progress: steps);
        CopyResult get = await peers.Copy.GetAsync(
            ["there/"u8.ToArray()], CopyPeers.Bytes(Path.Combine(peers.Here, "back")), progress: steps);

        Assert.Equal((501, 0), (put.Files, put.Failed));
        Assert.Equal((501, 0), (get.Files, get.Failed));
        Assert.Equal(put.Bytes, get.Bytes);
        Assert.Equal(large, await File.ReadAllBytesAsync(Path.Combine(peers.Here, "back/sub/large")));
        Assert.Equal(500, Enumerable.Range(0, 500).Count(i =>
            File.ReadAllText($"{peers.Here}/back/{i}").Length == i * 20));
        Assert.True(Directory.Exists(Path.Combine(peers.Here, "back/sub/empty")));
        Assert.Equal((501, get.Bytes), (steps.Last.Files, steps.Last.Bytes));
    }

    [Fact]
    public async Task Failures_of_both_sides_are_told_and_the_rest_goes_on()
    {
        await using CopyPeers peers = await CopyPeers.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(peers.Here, "good"), "x");
        await File.WriteAllTextAsync(Path.Combine(peers.Here, "blocked"), "x");
        Directory.CreateDirectory(Path.Combine(peers.Home, "into/blocked"));

        CopyResult result = await peers.Copy.PutAsync(
            [In(peers, "good"), In(peers, "missing"), In(peers, "blocked")],
            "into"u8.ToArray());

        Assert.Equal((1, 2), (result.Files, result.Failed));
        Assert.Equal(
            [
                $"{peers.Here}/missing: No such file or directory (ENOENT)",
                $"{peers.Home}/into/blocked: is a directory, the source is not (EISDIR)",
            ],
            result.Failures.OrderBy(f => f.OnHost).Select(f => f.ToTerminalText()));
    }

    [Fact]
    public async Task A_link_on_the_host_becomes_one_in_a_directory_here_and_never_the_target_itself()
    {
        await using CopyPeers peers = await CopyPeers.StartAsync();
        Directory.CreateDirectory(Path.Combine(peers.Home, "real"));
        File.CreateSymbolicLink(Path.Combine(peers.Home, "link"), "real");
        string place = Path.Combine(peers.Here, "place");
        CopyResult itself = await peers.Copy.GetAsync(["link"u8.ToArray()], CopyPeers.Bytes(place));
        bool made = Path.Exists(place);
        Directory.CreateDirectory(place);
        CopyResult inside = await peers.Copy.GetAsync(["link"u8.ToArray()], CopyPeers.Bytes(place));
        CopyResult followed = await peers.Copy.GetAsync(["link/"u8.ToArray()], CopyPeers.Bytes(Path.Combine(peers.Here, "copy")));

        Assert.Equal((1, 0, 0), (itself.Failed, inside.Failed, followed.Failed));
        Assert.False(made);
        Assert.Equal("real", new FileInfo(Path.Combine(place, "link")).LinkTarget);
        Assert.Null(new DirectoryInfo(Path.Combine(peers.Here, "copy")).LinkTarget);
    }

    [Fact]
    public async Task A_missing_source_makes_nothing_on_either_side()
    {
        await using CopyPeers peers = await CopyPeers.StartAsync();
        CopyResult put = await peers.Copy.PutAsync(
            [CopyPeers.Bytes(Path.Combine(peers.Here, "missing"))], "x/y"u8.ToArray(), new CopyOptions { MakeParents = true });
        CopyResult get = await peers.Copy.GetAsync(["missing"u8.ToArray()], CopyPeers.Bytes(Path.Combine(peers.Here, "got")));
        Assert.Equal((1, 1), (put.Failed, get.Failed));
        Assert.Empty(Directory.GetFileSystemEntries(peers.Home));
        Assert.False(Path.Exists(Path.Combine(peers.Here, "got")));
    }

    [Fact]
    public async Task A_target_that_cannot_be_ends_the_call_with_its_reason()
    {
        await using CopyPeers peers = await CopyPeers.StartAsync();
        byte[] large = new byte[3_000_000];
        await File.WriteAllBytesAsync(Path.Combine(peers.Here, "f"), large);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() =>
            peers.Copy.PutAsync([CopyPeers.Bytes(Path.Combine(peers.Here, "f"))], "no/such/directory"u8.ToArray()));
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
        Assert.Contains("no/such", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_a_put_keeps_the_old_file_and_leaves_nothing_else()
    {
        await using CopyPeers peers = await CopyPeers.StartAsync();
        string source = Path.Combine(peers.Here, "f");
        await File.WriteAllBytesAsync(source, new byte[50_000_000]);
        await File.WriteAllTextAsync(Path.Combine(peers.Home, "target"), "old");
        using var cancel = new CancellationTokenSource();
        var steps = new Steps { Told = p => { if (p.Bytes > 1_000_000) { cancel.Cancel(); } } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            peers.Copy.PutAsync([CopyPeers.Bytes(source)], "target"u8.ToArray(), null, steps, cancel.Token));

        // A later call is answered, and finds what the first left.
        CopyResult get = await peers.Copy.GetAsync(["target"u8.ToArray()], CopyPeers.Bytes(source));
        Assert.Equal(0, get.Failed);
        Assert.Equal("old", await File.ReadAllTextAsync(source));
        Assert.Equal(["target"], Directory.GetFileSystemEntries(peers.Home).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_agent_that_offers_other_names_creates_nothing_outside()
    {
        await using CopyPeers peers = await CopyPeers.StartAsync(new EvilAgent());
        string here = Path.Combine(peers.Here, "here");
        Directory.CreateDirectory(here);
        CopyResult result = await peers.Copy.GetAsync(["anything"u8.ToArray()], CopyPeers.Bytes(here));
        Assert.Equal(EvilAgent.Names.Length, result.Failed);
        Assert.Equal(["anything"], Directory.GetFileSystemEntries(here).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(here + "/anything"));
        Assert.Equal(["here", "home"], Directory.GetFileSystemEntries(peers.Here).Select(Path.GetFileName).Order());
        Assert.All(result.Failures, f => Assert.DoesNotContain(f.ToTerminalText(), char.IsControl));
    }

    private static byte[] In(CopyPeers peers, string name) => CopyPeers.Bytes(Path.Combine(peers.Here, name));

    private sealed class Steps : IProgress<CopyProgress>
    {
        public Action<CopyProgress>? Told { get; init; }

        public CopyProgress Last { get; private set; }

        public void Report(CopyProgress value)
        {
            Last = value;
            Told?.Invoke(value);
        }
    }

    private sealed class EvilAgent : V1.AgentService.AgentServiceBase
    {
        public static readonly string[] Names =
        [
            "../evil", "/tmp/fireball-evil", "..", ".", "a/../../evil", "./evil", "x//evil", "evil/", "../.bashrc", "\0evil",
            "sub/../../../evil", "\u001b[2J/../evil", "other/evil", "../here/evil", "",
        ];

        public override async Task Get(
            GetRequest request, IServerStreamWriter<GetResponse> responseStream, ServerCallContext context)
        {
            var response = new GetResponse { Summary = new FileSummary() };
            response.Records.Add(Entry("", FileEntry.Types.Type.Directory, 0));
            ulong number = 1;
            foreach (string name in Names)
            {
                response.Records.Add(Entry(name, FileEntry.Types.Type.Symlink, number++));
            }

            await responseStream.WriteAsync(response, context.CancellationToken);
        }

        private static FileRecord Entry(string path, FileEntry.Types.Type type, ulong number) => new()
        {
            Number = number,
            Entry = new FileEntry
            {
                Path = ByteString.CopyFromUtf8(path),
                Type = type,
                Mode = 0x1ed,
                LinkTarget = ByteString.CopyFromUtf8("/etc/passwd"),
            },
        };
    }
}
