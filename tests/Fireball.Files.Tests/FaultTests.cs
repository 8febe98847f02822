using Fireball.Linux;
using Fireball.TestSupport;
using Fireball.V1;

namespace Fireball.Files.Tests;

public sealed class FaultTests : IDisposable
{
    private readonly Workspace _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory("root", "mount")]
    [InlineData(true, 3_000_000)]
    [InlineData(false, 3_000_000)]
    [InlineData(true, 60_000)]
    [InlineData(false, 60_000)]
    public async Task A_full_disk_is_told_with_the_path_and_the_old_files_stay(bool unnamed, int size)
    {
        using var mounted = new TemporaryMount(_directory["full"], "size=1m,mode=755");
        Directory.CreateDirectory(_directory["source"]);
        Directory.CreateDirectory(_directory["full/t"]);
        for (int i = 0; i < 40; i++)
        {
            File.WriteAllBytes(_directory[$"source/{i:00}"], new byte[size]);
            Tree.Create(_directory[$"full/t/{i:00}"], "old");
        }

        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["source"], _directory["full/t"], with: o => o with { Unnamed = unnamed });

        Assert.NotEmpty(failures);
        Assert.All(failures, f => Assert.Equal((uint)Errno.ENOSPC, f.ErrorNumber));
        Assert.Contains("(ENOSPC)", failures[0].Message, StringComparison.Ordinal);
        Assert.Equal(40UL, summary.Files + summary.Failed);
        foreach (FileFailure failure in failures)
        {
            Assert.Equal("old", File.ReadAllText(failure.Path.ToStringUtf8()));
        }

        Assert.Empty(Tree.Temporaries(_directory.Path));
    }

    [RequiresTheory("root", "mount")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_inodes_left_each_file_fails_by_name_and_nothing_stays(bool unnamed)
    {
        using var mounted = new TemporaryMount(_directory["full"], "nr_inodes=10,mode=755");
        Directory.CreateDirectory(_directory["source/d"]);
        for (int i = 0; i < 30; i++)
        {
            Tree.Create(_directory[$"source/d/{i}"], "x");
        }

        (FileSummary summary, List<FileFailure> failures) = await Copying.CopyAsync(
            _directory["source"], _directory["full/t"], with: o => o with { Unnamed = unnamed });

        Assert.Equal(30UL, summary.Files + summary.Failed);
        Assert.InRange(summary.Files, 1UL, 10UL);
        Assert.All(failures, f => Assert.Equal((uint)Errno.ENOSPC, f.ErrorNumber));
        Assert.Empty(Tree.Temporaries(_directory.Path));
    }

    [RequiresTheory("root", "mount", "mkfs.ext4", "/dev/loop-control")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disk_that_fails_at_fsync_is_a_failure_and_the_old_file_stays(bool unnamed)
    {
        using var disk = new FailingDisk(_directory["disk"]);
        Tree.Create(_directory["disk/file"], "old");
        Tree.Run("sync", "-f", _directory["disk/file"]);

        // More than the disk can store, less than is synced early.
        File.WriteAllBytes(_directory["source"], Incompressible(7_000_000));

        (FileSummary summary, List<FileFailure> failures) = await Copying.CopyAsync(
            _directory["source"], _directory["disk/file"], with: o => o with { Unnamed = unnamed });

        Assert.Equal((uint)Errno.ENOSPC, Assert.Single(failures).ErrorNumber);
        Assert.Contains("sync", failures[0].Message, StringComparison.Ordinal);
        Assert.Equal(0UL, summary.Files);
        Assert.Equal("old", File.ReadAllText(_directory["disk/file"]));
        Assert.Empty(Tree.Temporaries(_directory["disk"]));
    }

    [RequiresTheory("root", "mount", "mkfs.ext4", "/dev/loop-control")]
    [InlineData("file")]
    [InlineData("tree")]
    public async Task A_disk_that_fails_at_a_sync_before_the_end_is_a_failure_and_the_old_file_stays(string kind)
    {
        using var disk = new FailingDisk(_directory["disk"]);
        Directory.CreateDirectory(_directory["disk/to"]);
        Tree.Create(_directory["disk/to/file"], "old");
        Tree.Run("sync", "-f", _directory["disk/to/file"]);

        // The last early sync has it all; the kernel tells its error once only.
        Directory.CreateDirectory(_directory["from"]);
        File.WriteAllBytes(_directory["from/file"], Incompressible(2 * CopyLimits.EarlySync));

        string inside = kind == "file" ? "/file" : "";
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["from"] + inside, _directory["disk/to"] + inside);

        Assert.Contains("sync", failures[0].Message, StringComparison.Ordinal);
        Assert.Equal(0UL, summary.Files);
        Assert.Equal("old", File.ReadAllText(_directory["disk/to/file"]));
        Assert.Empty(Tree.Temporaries(_directory["disk/to"]));
    }

    [RequiresFact("root", "mount", "mkfs.ext4", "/dev/loop-control")]
    public async Task A_disk_that_fails_at_the_sync_of_a_tree_is_told()
    {
        using var disk = new FailingDisk(_directory["disk"]);
        Directory.CreateDirectory(_directory["source"]);
        File.WriteAllBytes(_directory["source/file"], Incompressible(7_000_000));

        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["source"], _directory["disk/tree"]);

        Assert.Contains(failures, f => f.Message.Contains("sync", StringComparison.Ordinal));
        Assert.NotEqual(0UL, summary.Failed);
    }

    [RequiresFact("root", "mount")]
    public async Task A_read_only_file_system_is_told()
    {
        using var mounted = new TemporaryMount(_directory["ro"], "ro");
        Tree.Create(_directory["source"], "x");
        (_, List<FileFailure> failures) = await Copying.CopyAsync(_directory["source"], _directory["ro"], "name");
        Assert.Equal((uint)Errno.EROFS, Assert.Single(failures).ErrorNumber);
    }

    [Fact]
    public async Task A_file_that_became_shorter_while_it_was_read_is_dropped()
    {
        Directory.CreateDirectory(_directory["source"]);
        File.WriteAllBytes(_directory["source/long"], new byte[20 * CopyLimits.BatchData]);
        Tree.Create(_directory["source/z"], "goes on");
        Tree.Create(_directory["old"], "");
        List<FileRecord> records = [];
        await foreach (FileBatch batch in new TreeReader([new TreeSource(Copying.Bytes(_directory["source"]), [])]).ReadAsync())
        {
            using (batch)
            {
                // Read-ahead is bounded, so most of the file is still to be read.
                File.WriteAllText(_directory["source/long"], "short");
                records.AddRange(batch.Records.Select(r => r.Clone()).Select(Copied));
            }
        }

        var options = new TreeWriterOptions { Target = Copying.Bytes(_directory["target"]) };
        (FileSummary summary, List<FileFailure> failures) = Copying.Write(options, records);
        Assert.Contains("shorter", Assert.Single(failures).Message, StringComparison.Ordinal);
        Assert.Equal((1UL, 1UL), (summary.Files, summary.Failed));
        Assert.Equal(["z"], Directory.GetFileSystemEntries(_directory["target"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_file_that_only_grew_is_copied_as_it_was()
    {
        File.WriteAllBytes(_directory["log"], new byte[20 * CopyLimits.BatchData]);
        List<FileRecord> records = [];
        await foreach (FileBatch batch in new TreeReader([new TreeSource(Copying.Bytes(_directory["log"]), [])]).ReadAsync())
        {
            using (batch)
            {
                File.AppendAllText(_directory["log"], "another line");
                records.AddRange(batch.Records.Select(r => r.Clone()).Select(Copied));
            }
        }

        var options = new TreeWriterOptions { Target = Copying.Bytes(_directory["target"]) };
        (_, List<FileFailure> failures) = Copying.Write(options, records);
        Assert.Empty(failures);
        Assert.Equal(20 * CopyLimits.BatchData, new FileInfo(_directory["target"]).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copy_given_up_anywhere_keeps_old_files_whole_and_leaves_no_temporary(bool unnamed)
    {
        Directory.CreateDirectory(_directory["source/d"]);
        for (int i = 0; i < 6; i++)
        {
            File.WriteAllText(_directory[$"source/d/{i}"], new string('n', i * 50_000));
        }

        List<FileRecord> records = [.. (await Copying.ReadAsync(_directory["source"])).SelectMany(r => r.Records)];
        for (int stop = 0; stop <= records.Count; stop++)
        {
            string target = _directory["target" + stop];
            Directory.CreateDirectory(target + "/d");
            for (int i = 0; i < 6; i++)
            {
                File.WriteAllText($"{target}/d/{i}", "old");
            }

            var options = new TreeWriterOptions { Target = Copying.Bytes(target), Unnamed = unnamed, Sync = false };
            using (TreeWriter writer = TreeWriter.Open(options))
            {
                foreach (FileRecord record in records.Take(stop))
                {
                    writer.Write(record);
                }
            }

            Assert.Empty(Tree.Temporaries(target));
            for (int i = 0; i < 6; i++)
            {
                string now = File.ReadAllText($"{target}/d/{i}");
                Assert.True(string.Equals(now, "old", StringComparison.Ordinal)
                    || string.Equals(now, new string('n', i * 50_000), StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Cancelling_while_records_flow_leaves_the_old_file_and_no_temporary()
    {
        File.WriteAllBytes(_directory["source"], new byte[4_000_000]);
        var random = new Random(1);
        for (int round = 0; round < 20; round++)
        {
            File.WriteAllText(_directory["target"], "old");
            int after = random.Next(1, 30);
            var options = new TreeWriterOptions { Target = Copying.Bytes(_directory["target"]), Unnamed = round % 2 == 0 };
            await using (var pump = new TreeWriterPump(TreeWriter.Open(options), _ => { }))
            {
                using var cancel = new CancellationTokenSource();
                var reader = new TreeReader([new TreeSource(Copying.Bytes(_directory["source"]), [])]);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                {
                    await foreach (FileBatch batch in reader.ReadAsync(cancel.Token))
                    {
                        await pump.WriteAsync([.. batch.Records.Select(r => r.Clone()).Select(Copied)], memory: null, cancel.Token);
                        batch.Dispose();
                        if (--after == 0)
                        {
                            await cancel.CancelAsync();
                        }
                    }
                });
            }

            Assert.Equal("old", File.ReadAllText(_directory["target"]));
            Assert.Empty(Tree.Temporaries(_directory.Path));
        }
    }

    [Fact]
    public async Task What_a_killed_copy_left_is_swept_by_its_journal_and_nothing_else_is()
    {
        PrivateDirectory.Create(_directory["journal"]).Dispose();
        File.WriteAllBytes(_directory["source"], new byte[1_000_000]);
        File.WriteAllText(_directory["target"], "old");
        Tree.Create(_directory[".fireball-another-users.part"], "kept");
        List<FileRecord> records = [.. (await Copying.ReadAsync(_directory["source"])).SelectMany(r => r.Records)];
        var options = new TreeWriterOptions
        {
            Target = Copying.Bytes(_directory["target"]),
            Journal = new TemporaryJournal(Copying.Bytes(_directory["journal"])),
            Unnamed = false,
        };

        // Left undisposed, as by kill -9.
        TreeWriter killed = TreeWriter.Open(options);
        foreach (FileRecord record in records.Take(4))
        {
            killed.Write(record);
        }

        Assert.Equal(2, Tree.Temporaries(_directory.Path).Count);
        using PrivateDirectory journal = PrivateDirectory.TryOpen(_directory["journal"])!;
        Assert.Equal(1, TemporaryJournal.Sweep(journal));
        Assert.Single(Tree.Temporaries(_directory.Path));
        Assert.Empty(Directory.GetFileSystemEntries(_directory["journal"]));
        Assert.Equal("old", File.ReadAllText(_directory["target"]));
        Assert.Equal(0, TemporaryJournal.Sweep(journal));
        killed.Dispose();

        // In order: nothing is left to sweep.
        Copying.Write(options, records);
        Assert.Empty(Directory.GetFileSystemEntries(_directory["journal"]));
        Assert.Equal(1_000_000, new FileInfo(_directory["target"]).Length);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_fails_by_name_and_the_rest_goes_on()
    {
        // Root reads every file, but not this one: it fails with EIO or EPERM in the middle of the walk.
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync("/proc/self/attr", _directory["target"]);
        Assert.NotEmpty(failures);
        Assert.All(failures, f => Assert.NotEmpty(f.Message));
        Assert.Equal(summary.Failed, (ulong)failures.Count);
        Assert.Empty(Tree.Temporaries(_directory.Path));
    }

    [Fact]
    public async Task A_file_of_mode_0000_is_copied_by_root_and_named_to_others()
    {
        Directory.CreateDirectory(_directory["source"]);
        Tree.Create(_directory["source/a"], "secret", 0);
        Tree.Create(_directory["source/b"], "goes on");
        (FileSummary summary, List<FileFailure> failures) =
            await Copying.CopyAsync(_directory["source"], _directory["target"]);
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Empty(failures);
            Assert.Equal(0U, Tree.Status(_directory["target/a"]).Permissions);
        }
        else
        {
            Assert.Equal((uint)Errno.EACCES, Assert.Single(failures).ErrorNumber);
            Assert.Equal(1UL, summary.Files);
        }
    }

    private static FileRecord Copied(FileRecord record)
    {
        record.Data = Google.Protobuf.ByteString.CopyFrom(record.Data.Span);
        return record;
    }

    private static byte[] Incompressible(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
