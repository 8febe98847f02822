using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

/// <summary>One file as a stream on either side: <see cref="StreamSource"/> and <see cref="ReceivedFile"/>.</summary>
public sealed class StreamedFileTests
{
    public static TheoryData<int> Sizes =>
    [
        0, 1, CopyLimits.RecordData, CopyLimits.RecordData + 1, CopyLimits.BatchData - 1, CopyLimits.BatchData,
        CopyLimits.BatchData + 1, (3 * CopyLimits.BatchData) + 5,
    ];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_stream_arrives_as_it_was(int size)
    {
        byte[] content = Content(size);
        var received = new ReceivedFile();
        using var bytes = new MemoryStream();
        foreach (FileRecord record in await RecordsAsync(content, size))
        {
            Write(received, record, bytes);
        }

        Assert.True(received.IsComplete);
        Assert.Equal(content, bytes.ToArray());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Another_number_of_bytes_than_was_said_tells_the_receiver_to_keep_the_old_file(int said)
    {
        var source = new StreamSource(new MemoryStream(Content(5)), new FileEntry { Type = FileEntry.Types.Type.File }, said);
        var records = new List<FileRecord>();
        await foreach (FileBatch batch in source.ReadAsync())
        {
            using (batch)
            {
                records.AddRange(batch.Records.Select(record => record.Clone()));
            }
        }

        Assert.True(source.IsOtherSize);
        Assert.Equal($"not {said} bytes", records[^1].End.Error);
        Assert.True(records[^1].End.Hash.IsEmpty);
    }

    [Fact]
    public async Task Holes_arrive_as_zeroes()
    {
        const int Hole = (2 * CopyLimits.RecordData) + 7;
        FileRecord whole = Assert.Single(await RecordsAsync(Content(3), size: null));
        var hash = new ContentHash();
        hash.Append(Hole, whole.Data.Span);
        var result = new byte[ContentHash.Size];
        hash.Finish(result);
        whole.Offset = Hole;
        whole.End = new FileEnd { Size = Hole + 3 + Hole, Hash = ByteString.CopyFrom(result) };
        var received = new ReceivedFile(whole.End.Size);
        using var bytes = new MemoryStream();
        Write(received, whole, bytes);
        Assert.Equal([.. new byte[Hole], .. Content(3), .. new byte[Hole]], bytes.ToArray());
    }

    [Fact]
    public async Task A_flipped_bit_is_seen_at_the_end()
    {
        FileRecord record = Assert.Single(await RecordsAsync(Content(100), size: null));
        byte[] flipped = record.Data.ToByteArray();
        flipped[50] ^= 1;
        record.Data = ByteString.CopyFrom(flipped);
        var received = new ReceivedFile();
        Assert.Contains("hash differs", Refusal(received, record), StringComparison.Ordinal);
        Assert.False(received.IsComplete);
    }

    [Fact]
    public async Task What_does_not_belong_to_one_file_is_refused()
    {
        FileRecord record = Assert.Single(await RecordsAsync(Content(3), size: null));
        var ended = new ReceivedFile();
        Write(ended, record, Stream.Null);
        Assert.Contains("more than one file", Refusal(ended, record), StringComparison.Ordinal);
        Assert.Contains("more than one file", Refusal(new ReceivedFile(), new FileRecord { Number = 1 }), StringComparison.Ordinal);

        var begun = new ReceivedFile();
        Write(begun, new FileRecord { Data = ByteString.CopyFromUtf8("abc") }, Stream.Null);
        Assert.Contains("offset", Refusal(begun, new FileRecord { Offset = 2, Data = record.Data }), StringComparison.Ordinal);
        Assert.Contains("offset", Refusal(begun, new FileRecord { Offset = ulong.MaxValue, Data = record.Data }), StringComparison.Ordinal);
        Assert.Contains("offset", Refusal(begun, new FileRecord { Offset = 4, Data = record.Data }), StringComparison.Ordinal);
        Assert.Contains("offset", Refusal(begun, new FileRecord { End = new FileEnd { Size = long.MaxValue } }), StringComparison.Ordinal);
        Assert.Contains("offset", Refusal(begun, new FileRecord { End = new FileEnd { Size = 2 } }), StringComparison.Ordinal);
        Assert.Equal("cannot read", Refusal(begun, new FileRecord { End = new FileEnd { Error = "cannot read" } }));
    }

    private static async Task<List<FileRecord>> RecordsAsync(byte[] content, long? size)
    {
        var source = new StreamSource(new MemoryStream(content), new FileEntry { Type = FileEntry.Types.Type.File }, size);
        var records = new List<FileRecord>();
        await foreach (FileBatch batch in source.ReadAsync())
        {
            using (batch)
            {
                // The batch's memory is used again.
                records.AddRange(batch.Records.Select(record => FileRecord.Parser.ParseFrom(record.ToByteArray())));
            }
        }

        Assert.Equal(content.Length, source.Position);
        Assert.False(source.IsOtherSize);
        return records;
    }

    private static void Write(ReceivedFile file, FileRecord record, Stream to)
    {
        foreach (ReadOnlyMemory<byte> piece in file.Add(record))
        {
            to.Write(piece.Span);
        }
    }

    private static string Refusal(ReceivedFile file, FileRecord record) =>
        Assert.Throws<InvalidDataException>(() => Write(file, record, Stream.Null)).Message;

    private static byte[] Content(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }
}
