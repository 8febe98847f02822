using System.Text;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

public sealed class HostileStreamTests : IDisposable
{
    private readonly Workspace _directory = new();

    public static TheoryData<string> BadNames =>
    [
        "..", ".", "/", "//", "/etc/x", "../x", "../../x", "a/../../x", "a/..", "a/.", "./a", "./../a", "a//b", "a/",
        "/a", "//a", "a/b/../../../x", "..//x", "x\0y", "\0", "a/\0", "...//..", "missing/x", "link/x", "link/../x",
        "a/../link/x", "link/sub/x", "/proc/self/cwd/x", "a/b/c/d", "~/../x", "a/./b",
    ];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(BadNames))]
    public void A_bad_name_writes_nothing_and_the_rest_goes_on(string bad)
    {
        Directory.CreateDirectory(_directory["outside"]);
        Directory.CreateDirectory(_directory["target"]);
        FileRecord[] records =
        [
            Records.Directory(0, ""),
            Records.Directory(1, "a"),
            Records.Link(2, "link", "../outside"),
            Records.File(3, bad, "evil"),
            Records.Directory(4, bad),
            Records.File(5, bad + "/x", "evil"),
            Records.Link(6, bad, "/etc/passwd"),
            Records.File(7, "good", "good"),
        ];

        (FileSummary summary, List<FileFailure> failures) = Copying.Write(Options("target/new"), records);

        Assert.Empty(Directory.GetFileSystemEntries(_directory["outside"]));
        Assert.Equal(["new"], Directory.GetFileSystemEntries(_directory["target"]).Select(Path.GetFileName));
        Assert.Equal(["a", "good", "link"], Directory.GetFileSystemEntries(_directory["target/new"]).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFileSystemEntries(_directory["target/new/a"]));
        Assert.Equal(4UL, summary.Failed);
        Assert.All(failures, f => Assert.DoesNotContain('\n', f.Message));
    }

    [Fact]
    public void A_link_made_by_the_stream_is_not_followed()
    {
        Directory.CreateDirectory(_directory["outside"]);
        FileRecord[] records =
        [
            Records.Directory(0, ""),
            Records.Link(1, "d", "../outside"),
            Records.Directory(2, "d"),
            Records.File(3, "d/x", "evil"),
            Records.Link(4, "f", "../outside/y"),
            Records.File(5, "f", "replaces the link"),
        ];

        (_, List<FileFailure> failures) = Copying.Write(Options("target"), records);

        Assert.Empty(Directory.GetFileSystemEntries(_directory["outside"]));
        Assert.Null(new FileInfo(_directory["target/f"]).LinkTarget);
        Assert.Equal("replaces the link", File.ReadAllText(_directory["target/f"]));
        Assert.Contains("d: what is there is not a directory", Text(failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_first_entry_may_be_the_source_itself()
    {
        (_, List<FileFailure> failures) = Copying.Write(
            Options("target"), [Records.File(0, "", "one"), Records.File(1, "", "two"), Records.File(2, "x", "three")]);

        Assert.Equal("one", File.ReadAllText(_directory["target"]));
        Assert.Equal(2, failures.Count);
    }

    [Fact]
    public void Broken_streams_end_the_copy_and_leave_the_old_file()
    {
        File.WriteAllText(_directory["target"], "old");
        FileRecord begin = Records.File(0, "", "data");
        begin.End = null;
        foreach (FileRecord[] records in new FileRecord[][]
        {
            [begin],
            [begin, Records.File(1, "x", "another before the end")],
            [begin, new FileRecord { Number = 0, Offset = 2, Data = ByteString.CopyFromUtf8("overlaps") }],
            [begin, new FileRecord { Number = 7, Offset = 4, Data = ByteString.CopyFromUtf8("another's") }],
            [begin, new FileRecord { Number = 0, Offset = ulong.MaxValue, Data = ByteString.CopyFromUtf8("far") }],
            [begin, new FileRecord { Number = 0, Offset = 4, Data = ByteString.CopyFrom(new byte[CopyLimits.AcceptedData + 1]) }],
            [begin, new FileRecord { Number = 0, End = new FileEnd { Size = 1 } }],
            [new FileRecord { Number = 0, Data = ByteString.CopyFromUtf8("of nothing") }],
            [new FileRecord { Number = 0, End = new FileEnd() }],
        })
        {
            Assert.Throws<InvalidDataException>(() => Copying.Write(Options("target"), records));
            Assert.Equal("old", File.ReadAllText(_directory["target"]));
            Assert.Empty(Tree.Temporaries(_directory.Path));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300_000)]
    public async Task A_flipped_bit_is_found_and_the_old_file_kept(int size)
    {
        File.WriteAllText(_directory["target"], "old");
        File.WriteAllBytes(_directory["source"], new byte[size]);
        List<FileRecord> records = [.. (await Copying.ReadAsync(_directory["source"])).SelectMany(r => r.Records)];
        FileRecord damaged = records.Last(r => r.Data.Length > 0);
        byte[] data = damaged.Data.ToByteArray();
        data[^1] ^= 4;
        damaged.Data = ByteString.CopyFrom(data);

        (FileSummary summary, List<FileFailure> failures) = Copying.Write(Options("target"), records);

        Assert.Equal(1UL, summary.Failed);
        Assert.Contains("hash differs", Assert.Single(failures).Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_directory["target"]));
        Assert.Empty(Tree.Temporaries(_directory.Path));
    }

    [Fact]
    public void A_root_that_turns_into_a_link_leads_no_later_copy_outside()
    {
        Directory.CreateDirectory(_directory["outside"]);
        TreeWriterOptions rules = Options("target") with { Root = RootRule.NoLinkAsTarget };
        (FileSummary first, List<FileFailure> failures) = Copying.Write(rules, [Records.Link(0, "", "outside")]);
        (FileSummary second, _) = Copying.Write(rules, [Records.Directory(0, ""), Records.File(1, "x", "evil")]);

        Assert.Equal((1UL, 0UL), (first.Failed, second.Failed));
        Assert.StartsWith("the source is a symbolic link: ", Assert.Single(failures).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory["outside"]));
        Assert.Equal("evil", File.ReadAllText(_directory["target/x"]));
        Assert.Null(new DirectoryInfo(_directory["target"]).LinkTarget);
    }

    [Fact]
    public void A_link_that_a_copy_made_in_a_directory_is_not_followed_by_the_next()
    {
        Directory.CreateDirectory(_directory["outside"]);
        Directory.CreateDirectory(_directory["target"]);
        TreeWriterOptions rules = Options("target") with { Name = "source"u8.ToArray(), Root = RootRule.NoLinkAsTarget };
        (FileSummary first, _) = Copying.Write(rules, [Records.Link(0, "", "../outside")]);
        (FileSummary second, _) = Copying.Write(rules, [Records.Directory(0, ""), Records.File(1, "x", "evil")]);

        Assert.Equal((0UL, 1UL, 2UL), (first.Failed, first.Symlinks, second.Failed));
        Assert.Empty(Directory.GetFileSystemEntries(_directory["outside"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_source_named_as_a_directory_is_one_or_nothing(bool targetIsThere)
    {
        Directory.CreateDirectory(_directory["outside"]);
        if (targetIsThere)
        {
            Directory.CreateDirectory(_directory["target"]);
        }

        TreeWriterOptions rules = Options("target") with { Root = RootRule.Directory };
        foreach (FileRecord root in new[] { Records.Link(0, "", "outside"), Records.File(0, "", "evil") })
        {
            (FileSummary summary, List<FileFailure> failures) = Copying.Write(rules, [root, Records.File(1, "x", "evil")]);
            Assert.Equal(2UL, summary.Failed);
            Assert.Equal("the source is not a directory", failures[0].Message);
        }

        Assert.Equal(targetIsThere, Path.Exists(_directory["target"]));
        Assert.Empty(Directory.GetFileSystemEntries(_directory["outside"]));
    }

    private TreeWriterOptions Options(string target) => new() { Target = Copying.Bytes(_directory[target]) };

    private static string Text(List<FileFailure> failures) =>
        string.Join('\n', failures.Select(f => Encoding.UTF8.GetString(f.Path.Span) + ": " + f.Message));
}
