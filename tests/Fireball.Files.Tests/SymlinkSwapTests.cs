using System.Diagnostics;
using Fireball.Linux;
using Fireball.TestSupport;
using Fireball.V1;

namespace Fireball.Files.Tests;

public sealed class SymlinkSwapTests : IDisposable
{
    // Entries that are to find the link where they would have written.
    private const int Enough = 100;

    // ENOTDIR: what a link is when it must not be followed.
    private const uint NotDirectory = 20;

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
        Task swapping = Task.Run(() => Swap(done.Token));

        int met = 0;
        var options = new TreeWriterOptions { Target = Copying.Bytes(_directory["target"]), Sync = false };
        long start = Stopwatch.GetTimestamp();
        while (met < Enough && !swapping.IsCompleted)
        {
            // Every entry may fail here, as its directory comes and goes; none may land outside.
            var (_, failures) = Copying.Write(options, records);
            met += failures.Count(failure => failure.ErrorNumber == NotDirectory);
            Assert.Equal(["b"], Directory.GetFileSystemEntries(_directory["outside"]).Select(Path.GetFileName));
            Assert.Empty(Directory.GetFileSystemEntries(_directory["outside/b"]));
            Assert.True(Stopwatch.GetElapsedTime(start) < Until.Limit, $"only {met} entries met a swap");
        }

        await done.CancelAsync();
        await swapping;
    }

    // Renames in the target directory: the directory out of the way, the trap in its place, and back. Where the copy
    // has made the directory anew in between, that one is moved aside and swapping goes on with the first.
    private void Swap(CancellationToken cancellationToken)
    {
        int fd = PosixFile.OpenAt(
            PosixFile.CurrentDirectory, Copying.Bytes(_directory["target"]), OpenFlags.Directory);
        try
        {
            Assert.Equal(0, PosixFile.SymlinkAt("../outside"u8, fd, "trap"u8));
            for (int i = 0; !cancellationToken.IsCancellationRequested; i++)
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
        }
    }
}
