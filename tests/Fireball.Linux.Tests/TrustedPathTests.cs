using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

public sealed class TrustedPathTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public TrustedPathTests() => Directory.CreateDirectory(_directory["a/b/c"]);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Directories_of_ours_below_one_with_the_sticky_bit_are_good()
    {
        Assert.Null(TrustedPath.WhyNot(_directory["a/b/c"]));
        Assert.Null(TrustedPath.WhyNot("/"));
        Assert.Null(TrustedPath.WhyNot("/tmp"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("a/b/c")]
    public void One_that_others_may_write_to_is_named_wherever_it_is_on_the_way(string open)
    {
        File.SetUnixFileMode(_directory[open], (UnixFileMode)0b111_111_101);
        Assert.Equal($"other users may write to {_directory[open]}", TrustedPath.WhyNot(_directory["a/b/c"]));
    }

    [RequiresFact("root", "chown")]
    public async Task Another_users_directory_or_link_is_named()
    {
        File.CreateSymbolicLink(_directory["link"], "a");
        Assert.Null(TrustedPath.WhyNot(_directory["link/b"]));
        await Command.CheckAsync("chown", "-h", "65534", _directory["link"], _directory["a/b"]);
        Assert.Equal($"{_directory["link"]} belongs to user 65534", TrustedPath.WhyNot(_directory["link/b"]));
        Assert.Equal($"{_directory["a/b"]} belongs to user 65534", TrustedPath.WhyNot(_directory["a/b/c"]));
    }

    [Fact]
    public void One_that_is_not_there_is_none() =>
        Assert.Equal($"{_directory["a/x"]}: No such file or directory (ENOENT)", TrustedPath.WhyNot(_directory["a/x/c"]));

    [Fact]
    public void Below_a_directory_that_is_relied_on_already_only_the_rest_counts()
    {
        File.SetUnixFileMode(_directory["a"], (UnixFileMode)0b111_111_111);
        Assert.Null(TrustedPath.WhyNotBelow(_directory["a"], _directory["a/b/c"]));
        File.SetUnixFileMode(_directory["a/b"], (UnixFileMode)0b111_111_111);
        Assert.Equal($"other users may write to {_directory["a/b"]}", TrustedPath.WhyNotBelow(_directory["a"], _directory["a/b/c"]));
    }

    [RequiresFact("root", "chown")]
    public async Task Its_owner_is_relied_on_too()
    {
        await Command.CheckAsync("chown", "-R", "65534", _directory["a"]);
        Assert.Null(TrustedPath.WhyNotBelow(_directory["a"], _directory["a/b/c"]));
        await Command.CheckAsync("chown", "65533", _directory["a/b"]);
        Assert.Equal($"{_directory["a/b"]} belongs to user 65533", TrustedPath.WhyNotBelow(_directory["a"], _directory["a/b/c"]));
    }

    [Fact]
    public void The_sticky_bit_of_a_file_keeps_no_writer_away()
    {
        string file = _directory.Write("a/b/file", "");
        Assert.Null(TrustedPath.WhyNot(file));
        File.SetUnixFileMode(file, UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111);
        Assert.Equal("other users may write to " + file, TrustedPath.WhyNot(file));
    }
}
