using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void One_holds_it_until_it_gives_it_back()
    {
        using (FileLock.Take(_directory["lock"]))
        {
            Assert.Null(FileLock.TryTake(_directory["lock"]));
        }

        using FileLock? next = FileLock.TryTake(_directory["lock"]);
        Assert.NotNull(next);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["lock"]));
    }

    [RequiresFact("root", "chown")]
    public async Task Another_users_file_is_refused()
    {
        _directory.Write("lock", "", (UnixFileMode)0b110_110_110);
        await Command.CheckAsync("chown", "65534", _directory["lock"]);
        var e = Assert.Throws<PosixException>(() => FileLock.TryTake(_directory["lock"]));
        Assert.Contains("belongs to user 65534", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbolic_link_is_not_followed()
    {
        File.CreateSymbolicLink(_directory["lock"], _directory["elsewhere"]);

        Assert.Equal(Errno.ELOOP, Assert.Throws<PosixException>(() => FileLock.TryTake(_directory["lock"])).Errno);
        Assert.False(File.Exists(_directory["elsewhere"]));
    }
}
