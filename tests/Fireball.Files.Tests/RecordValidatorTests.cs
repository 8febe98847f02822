using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Type = Fireball.V1.FileEntry.Types.Type;

namespace Fireball.Files.Tests;

public sealed class RecordValidatorTests
{
    private readonly RecordValidator _validator = new();

    [Fact]
    public async Task What_a_tree_s_reader_sends_keeps_the_rules()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["tree/a/b"]);
        Directory.CreateDirectory(directory["tree/c"]);
        directory.Write("tree/a/b/deep", new string('x', 300_000));
        directory.Write("tree/a/beside", "text");
        directory.Write("tree/c/empty", "");
        File.CreateSymbolicLink(directory["tree/link"], "a/b/deep");
        var reader = new TreeReader([new TreeSource(PathBytes.FromText(directory["tree"]), [])]);
        int records = 0;
        await foreach (FileBatch batch in reader.ReadAsync(CancellationToken.None))
        {
            using (batch)
            {
                Assert.All(batch.Records, record => Assert.Null(_validator.Check(record)));
                records += batch.Records.Count;
            }
        }

        _validator.Complete();
        Assert.InRange(records, 8, int.MaxValue);
    }

    [Fact]
    public void A_source_named_as_a_directory_has_to_be_one()
    {
        var validator = new RecordValidator(directoryOnly: true);
        Assert.Throws<InvalidDataException>(() => validator.Check(Entry("", Type.Symlink)));
        Assert.Throws<InvalidDataException>(() => new RecordValidator(directoryOnly: true).Check(Whole("")));
        Assert.Null(new RecordValidator(directoryOnly: true).Check(Entry("", Type.Directory)));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("nowhere/b")]
    [InlineData("file/b")]
    [InlineData("")]
    public void A_name_that_leads_out_of_the_tree_is_refused(string path)
    {
        Begin("a");
        _validator.Check(Whole("file"));

        Assert.Throws<InvalidDataException>(() => _validator.Check(Whole(path)));
    }

    [Fact]
    public void A_directory_that_was_left_is_not_come_back_to()
    {
        Begin("a");
        _validator.Check(Entry("b", Type.Directory));

        Assert.Throws<InvalidDataException>(() => _validator.Check(Whole("a/late")));
    }

    [Fact]
    public void Nothing_follows_a_source_that_is_a_file()
    {
        _validator.Check(Whole(""));

        Assert.Throws<InvalidDataException>(() => _validator.Check(Whole("other")));
    }

    [Fact]
    public void Data_and_ends_belong_to_a_file_that_is_open()
    {
        Begin("a");

        Assert.Throws<InvalidDataException>(() => _validator.Check(new FileRecord { Data = ByteString.CopyFromUtf8("x") }));
        Assert.Throws<InvalidDataException>(() => _validator.Check(new FileRecord { End = new FileEnd() }));
        FileRecord link = Entry("link", Type.Symlink);
        link.Data = ByteString.CopyFromUtf8("x");
        Assert.Throws<InvalidDataException>(() => _validator.Check(link));
    }

    [Fact]
    public void A_file_is_not_left_before_its_end()
    {
        Begin("a");
        _validator.Check(Entry("file", Type.File));

        Assert.Throws<InvalidDataException>(_validator.Complete);
        Assert.Throws<InvalidDataException>(() => _validator.Check(Entry("other", Type.File)));
    }

    [Theory]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(0, (256 * 1024) + 1)]
    public void A_record_that_no_file_can_hold_is_refused(ulong offset, int length)
    {
        FileRecord record = Entry("", Type.File);
        record.Offset = offset;
        record.Data = ByteString.CopyFrom(new byte[length]);

        Assert.Throws<InvalidDataException>(() => _validator.Check(record));
    }

    [Fact]
    public void Data_before_what_was_sent_is_refused()
    {
        FileRecord first = Entry("", Type.File);
        first.Data = ByteString.CopyFromUtf8("1234");
        _validator.Check(first);

        Assert.Throws<InvalidDataException>(() => _validator.Check(new FileRecord { Offset = 3, Data = ByteString.CopyFromUtf8("x") }));
    }

    [Fact]
    public void A_length_that_is_less_than_the_data_is_refused()
    {
        FileRecord record = Entry("", Type.File);
        record.Data = ByteString.CopyFromUtf8("1234");
        record.End = new FileEnd { Size = 3 };

        Assert.Throws<InvalidDataException>(() => _validator.Check(record));
    }

    [Fact]
    public void Content_of_another_hash_is_told_and_the_rest_goes_on()
    {
        Begin("a");
        FileRecord damaged = Whole("a/damaged");
        damaged.End.Hash = ByteString.CopyFrom(new byte[16]);

        Assert.NotNull(_validator.Check(damaged));
        Assert.Null(_validator.Check(Whole("a/sound")));
        _validator.Complete();
    }

    private void Begin(string directory)
    {
        Assert.Null(_validator.Check(Entry("", Type.Directory)));
        Assert.Null(_validator.Check(Entry(directory, Type.Directory)));
    }

    private static FileRecord Entry(string path, Type type) =>
        new() { Entry = new FileEntry { Path = ByteString.CopyFromUtf8(path), Type = type } };

    private static FileRecord Whole(string path)
    {
        FileRecord record = Entry(path, Type.File);
        byte[] hash = new byte[ContentHash.Size];
        new ContentHash().Finish(hash);
        record.End = new FileEnd { Hash = ByteString.CopyFrom(hash) };
        return record;
    }
}
