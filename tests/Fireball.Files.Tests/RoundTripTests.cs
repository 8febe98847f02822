using Fireball.Linux;
using Fireball.V1;

namespace Fireball.Files.Tests;

public sealed class RoundTripTests : IDisposable
{
    private readonly Workspace _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Copies_a_tree_with_modes_times_links_and_odd_names()
    {
        string source = _directory["source"];
        Directory.CreateDirectory(source + "/empty directory");
        Directory.CreateDirectory(source + "/sub/deeper");
        Tree.Create(source + "/plain", "hello");
        Tree.Create(source + "/empty", "");
        Tree.Create(source + "/-rf", "leading dash");
        Tree.Create(source + "/new\nline and space", "odd");
        Tree.Create(source + "/sub/setuid", "#!", 0xdff); // 06777
        Tree.Create(source + "/sub/nothing", "unreadable to others", 0x100);
        Tree.Create([.. PathBytes.FromText(source + "/not utf8 "), 0xff, 0xfe, 0x80], "bytes"u8);
        Tree.Create(source + "/sub/deeper/large", new string('x', 1_000_003));
        File.CreateSymbolicLink(source + "/loop", "loop");
        File.CreateSymbolicLink(source + "/up", "../..");
        File.CreateSymbolicLink(source + "/dangling", "/does/not/exist");
        Tree.Run("touch", "-h", "-d", "2001-02-03 04:05:06.123456789", source + "/plain", source + "/up", source + "/-rf");
        Tree.Run("touch", "-d", "1969-12-31 23:59:58.5 UTC", source + "/empty");
        File.SetUnixFileMode(source + "/sub/deeper", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Tree.Run("touch", "-d", "2010-01-01 00:00:00.000000001", source + "/sub/deeper", source + "/sub");

        (FileSummary summary, List<FileFailure> failures) = await Copying.CopyAsync(source, _directory["target"]);

        Assert.Empty(failures);
        Assert.Equal(Tree.Describe(source), Tree.Describe(_directory["target"]));
        Assert.Equal((8UL, 4UL, 3UL, 0UL), (summary.Files, summary.Directories, summary.Symlinks, summary.Failed));
        Assert.Empty(Tree.Temporaries(_directory.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(CopyLimits.RecordData - 1)]
    [InlineData(CopyLimits.RecordData)]
    [InlineData(CopyLimits.RecordData + 1)]
    [InlineData(CopyLimits.BatchData)]
    [InlineData((CopyLimits.BatchData * 20) + 17)]
    public async Task Copies_one_file_of_any_size(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        Tree.Create(Copying.Bytes(_directory["source"]), content);

        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["source"], _directory["target"]);

        Assert.Empty(failures);
        Assert.Equal((1UL, (ulong)size), (summary.Files, summary.Bytes));
        Assert.Equal(Tree.Describe(_directory["source"]), Tree.Describe(_directory["target"]));
    }

    [Fact]
    public async Task A_sparse_file_is_neither_sent_nor_stored_whole()
    {
        string source = _directory["sparse"];
        using (FileStream file = File.Create(source))
        {
            file.SetLength(1L << 30);
            file.Position = 512L << 20;
            file.Write(new byte[] { 1, 2, 3 });
        }

        (FileSummary summary, List<FileFailure> failures) = await Copying.CopyAsync(source, _directory["target"]);

        Assert.Empty(failures);
        FileStatus status = Tree.Status(_directory["target"]);
        Assert.Equal(1L << 30, status.Size);
        Assert.InRange(status.AllocatedBytes, 1, 1 << 20);
        Assert.InRange(summary.Bytes, 3UL, 1UL << 20);
        using FileStream copy = File.OpenRead(_directory["target"]);
        copy.Position = 512L << 20;
        byte[] found = new byte[4];
        copy.ReadExactly(found);
        Assert.Equal("01020300", Convert.ToHexString(found));
    }

    [Fact]
    public async Task A_tree_deeper_than_the_open_directories_is_copied_with_its_modes_and_times()
    {
        string path = _directory["deep"];
        Directory.CreateDirectory(path);
        for (int i = 0; i < CopyLimits.OpenDirectories * 3; i++)
        {
            path += "/d";
            Directory.CreateDirectory(path);
            Tree.Create(path + "/zz", "after the directory");
            Tree.Create(path + "/a", "before it");
        }

        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["deep"], _directory["target"]);

        Assert.Empty(failures);
        Assert.Equal((ulong)(CopyLimits.OpenDirectories * 3) + 1, summary.Directories);
        Assert.Equal(Tree.Describe(_directory["deep"]), Tree.Describe(_directory["target"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Random_trees_arrive_as_they_were(int seed)
    {
        string source = _directory["random"];
        RandomTree.Make(source, new Random(seed));

        (_, List<FileFailure> failures) = await Copying.CopyAsync(source, _directory["target"]);
        Assert.Empty(failures);
        Assert.Equal(Tree.Describe(source), Tree.Describe(_directory["target"]));

        // Again over itself: everything below the target's own directory is replaced or merged, and is the same.
        (_, failures) = await Copying.CopyAsync(source, _directory["target"]);
        Assert.Empty(failures);
        Assert.Equal(Below(Tree.Describe(source)), Below(Tree.Describe(_directory["target"])));
        Assert.Empty(Tree.Temporaries(_directory.Path));
    }

    [Fact]
    public async Task Files_that_tell_no_size_are_read_to_their_end()
    {
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync("/proc/self/limits", _directory["target"]);

        Assert.Empty(failures);
        Assert.Equal(1UL, summary.Files);
        Assert.Contains("Max open files", File.ReadAllText(_directory["target"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_order_is_the_same_every_time()
    {
        RandomTree.Make(_directory["random"], new Random(7));
        List<PutRequest> first = await Copying.ReadAsync(_directory["random"]);
        List<PutRequest> second = await Copying.ReadAsync(_directory["random"]);
        Assert.Equal(first, second);
    }

    private static string Below(string description) => description[description.IndexOf('\n', StringComparison.Ordinal)..];
}
