using Fireball.Posix.Files;
using Fireball.V1;

namespace Fireball.Files.Tests;

public sealed class SymlinkSwapTests : IDisposable
{
    // Swaps of a directory for a link and back, while copies run.
    private const int Swaps = 100_000;

    private readonly Workspace _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Swapping_a_parent_for_a_symbolic_link_leads_no_write_outside()
    {
        Directory.CreateDirectory(_directory["source/a/b"]);
        for (int i = 0; i < 10; i++)
        {
            Tree.Create(_directory[$"source/a/{i}"], "x");
            Tree.Create(_directory[$"source/a/b/{i}"], "x");
        }

        List<FileRecord> records = [.. (await Copying.ReadAsync(_directory["source"])).SelectMany(r => r.Records)];
        Directory.CreateDirectory(_directory["outside/b"]);
        Directory.CreateDirectory(_directory["target/a/b"]);
        using var done = new CancellationTokenSource();
        Task swapping = Task.Run(() => Swap(done));

        int copies = 0;
        var options = new TreeWriterOptions { Target = Copying.Bytes(_directory["target"]), Sync = false };
        while (!done.IsCancellationRequested)
        {
            // Every entry may fail here, as its directory comes and goes; none may land outside.
            Copying.Write(options, records);
            copies++;
        }

        await swapping;
        Assert.True(copies > 1);
        Assert.Equal(["b"], Directory.GetFileSystemEntries(_directory["outside"]).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(_directory["outside/b"]));
    }

    // Renames in the target directory: the directory out of the way, the trap in its place, and back. Where the copy
    // has made the directory anew in between, that one is moved aside and swapping goes on with the first.
    private void Swap(CancellationTokenSource done)
    {
        int fd = PosixFile.OpenAt(
            PosixFile.CurrentDirectory, Copying.Bytes(_directory["target"]), OpenFlags.Directory);
        try
        {
            Assert.Equal(0, PosixFile.SymlinkAt("../outside"u8, fd, "trap"u8));
            for (int i = 0; i < Swaps; i++)
            {
                _ = PosixFile.Rename(fd, "a"u8, "aside"u8);
                if (PosixFile.Rename(fd, "trap"u8, "a"u8) == 0)
                {
                    Assert.Equal(0, PosixFile.Rename(fd, "a"u8, "trap"u8));
                }

                if (PosixFile.Rename(fd, "aside"u8, "a"u8) != 0)
                {
                    _ = PosixFile.Rename(fd, "a"u8, Copying.Bytes("made-" + i));
                    _ = PosixFile.Rename(fd, "aside"u8, "a"u8);
                }
            }
        }
        finally
        {
            _ = PosixFile.Close(fd);
            done.Cancel();
        }
    }
}
