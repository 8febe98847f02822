using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

/// <summary>What another user plants at a private directory's path is told from one, and removing removes by name alone.</summary>
public sealed class PrivateDirectoryTests : IDisposable
{
    private const UnixFileMode OwnOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryDirectory _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_new_one_is_private_whatever_the_umask()
    {
        using PrivateDirectory made = PrivateDirectory.Create(_place["d"]);
        Assert.Equal(OwnOnly, File.GetUnixFileMode(_place["d"]));
        Assert.Null(PrivateDirectory.WhyNotOwn(_place["d"]));
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("link")]
    [InlineData("file")]
    public void What_is_there_already_is_not_taken_for_a_new_one(string kind)
    {
        Plant(kind);
        Assert.Equal(Errno.EEXIST, Assert.Throws<PosixException>(() => PrivateDirectory.Create(_place["d"])).Errno);
    }

    [Theory]
    [InlineData("link", "is not a directory")]
    [InlineData("file", "is not a directory")]
    [InlineData("open directory", "is open to other users")]
    [InlineData("nothing", "No such file or directory")]
    public void What_is_not_private_is_not_opened(string kind, string reason)
    {
        Plant(kind);
        Assert.Null(PrivateDirectory.TryOpen(_place["d"]));
        Assert.StartsWith(reason, PrivateDirectory.WhyNotOwn(_place["d"]), StringComparison.Ordinal);
    }

    [RequiresFact("root", "chown")]
    public async Task Another_users_is_not_opened()
    {
        Plant("directory");
        await Command.CheckAsync("chown", "65534", _place["d"]);
        Assert.Null(PrivateDirectory.TryOpen(_place["d"]));
        Assert.Equal("belongs to user 65534", PrivateDirectory.WhyNotOwn(_place["d"]));
    }

    [Fact]
    public void Removing_removes_the_names_given_and_the_directory_only_where_that_empties_it()
    {
        Plant("directory");
        File.WriteAllText(_place["elsewhere"], "kept");
        File.CreateSymbolicLink(_place["d/a"], _place["elsewhere"]);
        Directory.CreateDirectory(_place["d/b"]);
        using PrivateDirectory directory = PrivateDirectory.TryOpen(_place["d"])!;
        directory.Remove("a", "b", "c");

        Assert.Equal(["b"], Directory.GetFileSystemEntries(_place["d"]).Select(Path.GetFileName));
        Assert.Equal("kept", File.ReadAllText(_place["elsewhere"]));
        Directory.Delete(_place["d/b"]);
        directory.Remove("a", "b", "c");
        Assert.False(Directory.Exists(_place["d"]));
    }

    [Fact]
    public void What_takes_its_path_afterwards_is_not_touched()
    {
        // As another user can, where a parent is open to them.
        Plant("directory");
        File.WriteAllText(_place["d/a"], "ours");
        using PrivateDirectory directory = PrivateDirectory.TryOpen(_place["d"])!;
        Directory.Move(_place["d"], _place["moved"]);
        Plant("directory");
        File.WriteAllText(_place["d/a"], "theirs");
        directory.Remove("a");

        Assert.Empty(Directory.GetFileSystemEntries(_place["moved"]));
        Assert.Equal("theirs", File.ReadAllText(_place["d/a"]));
    }

    [Fact]
    public void It_can_be_locked_once_until_the_lock_is_given_back()
    {
        Plant("directory");
        using PrivateDirectory first = PrivateDirectory.TryOpen(_place["d"])!;
        using (PrivateDirectory second = PrivateDirectory.TryOpen(_place["d"])!)
        {
            Assert.True(second.TryLock());
            Assert.False(first.TryLock());
        }

        Assert.True(first.TryLock());
    }

    [Fact]
    public void A_path_through_it_leads_into_it()
    {
        Plant("directory");
        using PrivateDirectory directory = PrivateDirectory.TryOpen(_place["d"])!;
        Directory.Move(_place["d"], _place["moved"]);
        File.WriteAllText(directory.PathOf("file"), "");
        Assert.True(File.Exists(_place["moved/file"]));
    }

    private void Plant(string kind)
    {
        switch (kind)
        {
            case "directory":
                Directory.CreateDirectory(_place["d"], OwnOnly);
                break;
            case "open directory":
                Directory.CreateDirectory(_place["d"], OwnOnly | UnixFileMode.GroupExecute);
                break;
            case "link":
                Directory.CreateDirectory(_place["target"], OwnOnly);
                File.CreateSymbolicLink(_place["d"], _place["target"]);
                break;
            case "file":
                File.WriteAllText(_place["d"], "");
                break;
        }
    }
}
