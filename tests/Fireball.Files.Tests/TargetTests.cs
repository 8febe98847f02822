using Fireball.Linux;
using Fireball.TestSupport;
using Fireball.V1;

namespace Fireball.Files.Tests;

public sealed class TargetTests : IDisposable
{
    private readonly Workspace _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_goes_into_an_existing_directory_under_its_name()
    {
        Tree.Create(_directory["file"], "content");
        Directory.CreateDirectory(_directory["target"]);
        await Copying.CopyAsync(_directory["file"], _directory["target"], "file");
        Assert.Equal("content", File.ReadAllText(_directory["target/file"]));
    }

    [Fact]
    public async Task A_target_that_is_not_there_becomes_the_copy()
    {
        Tree.Create(_directory["file"], "content");
        await Copying.CopyAsync(_directory["file"], _directory["new"], "file");
        Assert.Equal("content", File.ReadAllText(_directory["new"]));
    }

    [Fact]
    public async Task A_link_to_a_directory_given_as_the_target_is_followed()
    {
        Tree.Create(_directory["file"], "content");
        Directory.CreateDirectory(_directory["real"]);
        File.CreateSymbolicLink(_directory["link"], "real");
        await Copying.CopyAsync(_directory["file"], _directory["link"], "file");
        Assert.Equal("content", File.ReadAllText(_directory["real/file"]));
    }

    [Fact]
    public async Task A_link_at_the_files_place_is_replaced_and_not_followed()
    {
        Tree.Create(_directory["file"], "content");
        Tree.Create(_directory["victim"], "kept");
        File.CreateSymbolicLink(_directory["target"], "victim");
        await Copying.CopyAsync(_directory["file"], _directory["target"]);
        Assert.Equal("kept", File.ReadAllText(_directory["victim"]));
        Assert.Equal("content", File.ReadAllText(_directory["target"]));
        Assert.Null(new FileInfo(_directory["target"]).LinkTarget);
    }

    [Fact]
    public async Task A_link_replaces_a_file_and_a_link()
    {
        Directory.CreateDirectory(_directory["source"]);
        File.CreateSymbolicLink(_directory["source/a"], "new");
        File.CreateSymbolicLink(_directory["source/b"], "new");
        Directory.CreateDirectory(_directory["target"]);
        Tree.Create(_directory["target/a"], "old");
        File.CreateSymbolicLink(_directory["target/b"], "old");
        (_, List<FileFailure> failures) = await Copying.CopyAsync(_directory["source"], _directory["target"]);
        Assert.Empty(failures);
        Assert.Equal("new", new FileInfo(_directory["target/a"]).LinkTarget);
        Assert.Equal("new", new FileInfo(_directory["target/b"]).LinkTarget);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    public async Task A_directory_where_a_file_is_to_be_is_an_error_that_names_it(int size)
    {
        Directory.CreateDirectory(_directory["source"]);
        File.WriteAllBytes(_directory["source/x"], new byte[size]);
        Tree.Create(_directory["source/y"], "goes on");
        Directory.CreateDirectory(_directory["target/x/kept"]);
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["source"], _directory["target"]);
        FileFailure failure = Assert.Single(failures);
        Assert.Equal(_directory["target/x"], failure.Path.ToStringUtf8());
        Assert.Equal((uint)Errno.EISDIR, failure.ErrorNumber);
        Assert.Equal(1UL, summary.Failed);
        Assert.True(Directory.Exists(_directory["target/x/kept"]));
        Assert.Equal("goes on", File.ReadAllText(_directory["target/y"]));
    }

    [Fact]
    public async Task A_file_where_a_directory_is_to_be_is_one_error_and_what_is_below_is_counted()
    {
        Directory.CreateDirectory(_directory["source/x/deep"]);
        Tree.Create(_directory["source/x/one"], "1");
        Tree.Create(_directory["source/x/deep/two"], "2");
        Tree.Create(_directory["source/y"], "goes on");
        Directory.CreateDirectory(_directory["target"]);
        Tree.Create(_directory["target/x"], "kept");
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["source"], _directory["target"]);
        Assert.Equal(_directory["target/x"], Assert.Single(failures).Path.ToStringUtf8());
        Assert.Equal((4UL, 1UL), (summary.Failed, summary.Files));
        Assert.Equal("kept", File.ReadAllText(_directory["target/x"]));
    }

    [Fact]
    public async Task A_tree_onto_a_file_is_an_error()
    {
        Directory.CreateDirectory(_directory["source"]);
        Tree.Create(_directory["target"], "kept");
        (_, List<FileFailure> failures) = await Copying.CopyAsync(_directory["source"], _directory["target"]);
        Assert.Equal((uint)Errno.ENOTDIR, Assert.Single(failures).ErrorNumber);
        Assert.Equal("kept", File.ReadAllText(_directory["target"]));
    }

    [Fact]
    public async Task A_file_onto_a_directory_with_no_name_to_take_there_is_an_error()
    {
        Tree.Create(_directory["source"], "x");
        Directory.CreateDirectory(_directory["target"]);
        (_, List<FileFailure> failures) = await Copying.CopyAsync(_directory["source"], _directory["target"]);
        Assert.Equal((uint)Errno.EISDIR, Assert.Single(failures).ErrorNumber);
    }

    [Theory]
    [InlineData("missing/target")]
    [InlineData("file/target")]
    [InlineData("file/")]
    [InlineData("missing/..")]
    public void A_target_that_cannot_be_is_refused_by_name(string target)
    {
        Tree.Create(_directory["file"], "x");
        var options = new TreeWriterOptions { Target = Copying.Bytes(_directory[target]) };
        FileCopyException e = Assert.Throws<FileCopyException>(() => TreeWriter.Open(options).Dispose());
        Assert.NotEqual(0, e.Errno);
        Assert.Contains(_directory.Path, e.Message, StringComparison.Ordinal);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Missing_parents_are_made_where_that_is_asked_for()
    {
        Tree.Create(_directory["file"], "x");
        (_, List<FileFailure> failures) = await Copying.CopyAsync(
            _directory["file"], _directory["a/b//c"], "file", o => o with { MakeParents = true });
        Assert.Empty(failures);
        Assert.Equal("x", File.ReadAllText(_directory["a/b/c"]));
    }

    [Fact]
    public async Task Several_sources_share_one_directory()
    {
        Directory.CreateDirectory(_directory["one/in"]);
        Tree.Create(_directory["one/in/x"], "x");
        Directory.CreateDirectory(_directory["two"]);
        Tree.Create(_directory["two/y"], "y");
        List<PutRequest> requests = await Copying.ReadAsync(
            new TreeSource(Copying.Bytes(_directory["one"]), "one"u8.ToArray()),
            new TreeSource(Copying.Bytes(_directory["two"] + "/"), [], ContentsOnly: true));
        var options = new TreeWriterOptions { Target = Copying.Bytes(_directory["target"]), IntoDirectory = true };
        (FileSummary summary, List<FileFailure> failures) = Copying.Write(options, requests.SelectMany(r => r.Records));
        Assert.Empty(failures);
        Assert.Equal("x", File.ReadAllText(_directory["target/one/in/x"]));
        Assert.Equal("y", File.ReadAllText(_directory["target/y"]));
        Assert.Equal(2UL, summary.Files);
    }

    [RequiresFact("root")]
    public async Task A_device_is_never_replaced()
    {
        Tree.Create(_directory["source"], "x");
        Tree.Run("mknod", _directory["null"], "c", "1", "3");
        (_, List<FileFailure> failures) = await Copying.CopyAsync(_directory["source"], _directory["null"]);
        Assert.Equal((uint)Errno.EBUSY, Assert.Single(failures).ErrorNumber);
        Assert.Equal(FileKind.CharacterDevice, Tree.Status(_directory["null"]).Kind);
    }

    [Fact]
    public async Task Pipes_and_sockets_are_refused_by_name_and_the_rest_goes_on()
    {
        Directory.CreateDirectory(_directory["source"]);
        Tree.Run("mkfifo", _directory["source/pipe"]);
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_directory["source/socket"]));
        Tree.Create(_directory["source/z"], "goes on");
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["source"], _directory["target"]);
        Assert.Equal(
            ["is a named pipe: not copied", "is a socket: not copied"], failures.Select(f => f.Message));
        Assert.Equal(_directory["source/pipe"], failures[0].Path.ToStringUtf8());
        Assert.Equal((1UL, 2UL), (summary.Files, summary.Failed));
    }

    [Fact]
    public async Task A_missing_source_is_a_failure_that_names_it()
    {
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["nothing"], _directory["target"]);
        Assert.Equal((uint)Errno.ENOENT, Assert.Single(failures).ErrorNumber);
        Assert.Equal(_directory["nothing"], failures[0].Path.ToStringUtf8());
        Assert.Equal(1UL, summary.Failed);
        Assert.False(File.Exists(_directory["target"]));
    }
}
