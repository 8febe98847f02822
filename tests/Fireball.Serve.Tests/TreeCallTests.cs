using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;
using Type = Fireball.V1.FileEntry.Types.Type;

namespace Fireball.Serve.Tests;

/// <summary>Controller.PutTree, GetTree and Stat, over both ways, on real files.</summary>
public sealed class TreeCallTests : BedTests
{
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_tree_goes_there_without_hashes_and_comes_back_with_them(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        byte[] large = new byte[300_000];
        new Random(1).NextBytes(large);
        List<PutTreeResponse> put = await PutAsync(
            client, "tree", Directory(0, ""), Directory(1, "sub"), File(2, "sub/small", "text"u8.ToArray()), [.. Large(3, "sub/large", large)], Link(4, "link", "sub/small"));

        Assert.Equal((2ul, 2ul, 1ul, 0ul), Counts(put[^1].Summary));
        Assert.Equal("text", await System.IO.File.ReadAllTextAsync(Path("tree/link")));
        Assert.Equal(large, await System.IO.File.ReadAllBytesAsync(Path("tree/sub/large")));

        List<GetTreeResponse> got = await GetAsync(client, "tree");
        Assert.Equal((2ul, 2ul, 1ul, 0ul), Counts(got[^1].Summary));
        Assert.Equal(
            [(Type.Directory, ""), (Type.Symlink, "link"), (Type.Directory, "sub"), (Type.File, "sub/large"), (Type.File, "sub/small")],
            Records(got).Where(record => record.Entry is not null).Select(record => (record.Entry.Type, record.Entry.Path.ToStringUtf8())).OrderBy(entry => entry.Item2, StringComparer.Ordinal));
        Assert.All(Records(got).Where(record => record.End is not null), record => Assert.Equal((16, ""), (record.End.Hash.Length, record.End.Error)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_entry_s_failure_comes_while_the_rest_goes_on(string way)
    {
        System.IO.Directory.CreateDirectory(Path("tree/file"));
        List<PutTreeResponse> put = await PutAsync(
            await _bed.ClientAsync(way), "tree", Directory(0, ""), File(1, "file", []), File(2, "../outside", []), File(3, "other", []));

        Assert.Equal(["file", "../outside"], put.SelectMany(response => response.Failures).Select(failure => Relative(failure.Path)));
        Assert.Equal((1ul, 1ul, 0ul, 2ul), Counts(put[^1].Summary));
        Assert.False(System.IO.File.Exists(Path("outside")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_wrong_hash_keeps_the_old_file(string way)
    {
        await System.IO.File.WriteAllTextAsync(Path("file"), "old");
        FileRecord record = File(0, "", "new"u8.ToArray())[0];
        record.End.Hash = ByteString.CopyFrom(new byte[16]);
        List<PutTreeResponse> put = await PutAsync(await _bed.ClientAsync(way), "file", [record]);

        Assert.Contains("hash", Assert.Single(put.SelectMany(response => response.Failures)).Message, StringComparison.Ordinal);
        Assert.Equal("old", await System.IO.File.ReadAllTextAsync(Path("file")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Without_a_start_or_with_too_much_data_it_is_a_bad_request(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        Assert.Equal("start", FailureDetails.Field(await FailAsync(client, new PutTreeRequest())));
        Assert.Equal("start.put.target", FailureDetails.Field(await FailAsync(client, Start(""))));

        PutTreeRequest large = Start("file");
        large.Records.Add(File(0, "", new byte[(256 * 1024) + 1]));
        Assert.Equal("records[0].data", FailureDetails.Field(await FailAsync(client, large)));
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(_bed.Home));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Records_that_belong_to_nothing_end_the_put(string way)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await PutAsync(
            await _bed.ClientAsync(way), "file", [new FileRecord { Number = 7, Data = ByteString.CopyFromUtf8("x") }]));

        Assert.Equal((StatusCode.InvalidArgument, "AGENT_REFUSED"), (failure.StatusCode, FailureDetails.Reason(failure)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_source_that_is_missing_is_a_failure_of_its_own(string way)
    {
        List<GetTreeResponse> got = await GetAsync(await _bed.ClientAsync(way), "missing");

        Assert.Equal(2u, Assert.Single(got.SelectMany(response => response.Failures)).ErrorNumber);
        Assert.Equal(1ul, got[^1].Summary.Failed);
    }

    [Theory]
    [InlineData("zmtp", "../../etc/passwd")]
    [InlineData("grpc", "/etc/passwd")]
    [InlineData("grpc", "sub/../../x")]
    [InlineData("grpc", "elsewhere/x")]
    public async Task A_host_cannot_name_what_lies_outside_the_tree(string way, string path)
    {
        _bed.Agent.Answer = [Directory(0, "")[0], Directory(1, "sub")[0], File(2, path, [])[0]];
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await GetAsync(await _bed.ClientAsync(way), "tree"));

        Assert.Equal((StatusCode.DataLoss, "DATA_DAMAGED"), (failure.StatusCode, FailureDetails.Reason(failure)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_file_that_did_not_arrive_whole_has_an_error_in_its_end(string way)
    {
        FileRecord damaged = File(0, "", "text"u8.ToArray())[0];
        damaged.End.Hash = ByteString.CopyFrom(new byte[16]);
        _bed.Agent.Answer = [damaged];
        List<GetTreeResponse> got = await GetAsync(await _bed.ClientAsync(way), "file");

        Assert.Contains("hashes differ", Assert.Single(Records(got)).End.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Stat_tells_what_is_there(string way)
    {
        await System.IO.File.WriteAllTextAsync(Path("file"), "12345");
        System.IO.File.CreateSymbolicLink(Path("link"), "file");
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        ControllerStatResponse link = await client.StatAsync(new ControllerStatRequest { Host = Bed.Host(), Path = ByteString.CopyFromUtf8("link") });
        ControllerStatResponse file = await client.StatAsync(
            new ControllerStatRequest { Host = Bed.Host(), Path = ByteString.CopyFromUtf8("link"), Follow = true });

        Assert.Equal((Type.Symlink, "file", true), (link.Entry.Type, link.Entry.LinkTarget.ToStringUtf8(), link.Entry.Path.IsEmpty));
        Assert.Equal((Type.File, 5ul), (file.Entry.Type, file.Entry.Size));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Stat_of_what_is_missing_is_not_found(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await client.StatAsync(new ControllerStatRequest { Host = Bed.Host(), Path = ByteString.CopyFromUtf8("missing") }));

        Assert.Equal((StatusCode.NotFound, "FILE_NOT_FOUND"), (failure.StatusCode, FailureDetails.Reason(failure)));
    }

    private static FileRecord[] Directory(ulong number, string path) =>
        [new() { Number = number, Entry = new FileEntry { Path = ByteString.CopyFromUtf8(path), Type = Type.Directory, Mode = 0b111_101_101 } }];

    private static FileRecord[] Link(ulong number, string path, string target) =>
        [new() { Number = number, Entry = new FileEntry { Path = ByteString.CopyFromUtf8(path), Type = Type.Symlink, LinkTarget = ByteString.CopyFromUtf8(target) } }];

    private static FileRecord[] File(ulong number, string path, byte[] content) =>
    [
        new()
        {
            Number = number,
            Entry = new FileEntry { Path = ByteString.CopyFromUtf8(path), Type = Type.File, Mode = 0b110_100_100, Size = (ulong)content.Length },
            Data = ByteString.CopyFrom(content),
            End = new FileEnd { Size = (ulong)content.Length },
        },
    ];

    private static IEnumerable<FileRecord> Large(ulong number, string path, byte[] content)
    {
        FileRecord whole = File(number, path, [])[0];
        yield return new FileRecord { Number = number, Entry = whole.Entry };
        ulong offset = 0;
        foreach (byte[] part in content.Chunk(100_000))
        {
            yield return new FileRecord { Number = number, Offset = offset, Data = ByteString.CopyFrom(part) };
            offset += (ulong)part.Length;
        }

        yield return new FileRecord { Number = number, End = new FileEnd { Size = offset } };
    }

    private static PutTreeRequest Start(string target) => new()
    {
        Start = new PutTreeStart { Host = Bed.Host(), Put = new PutStart { Target = ByteString.CopyFromUtf8(target) } },
    };

    private static async Task<List<PutTreeResponse>> PutAsync(
        V1.ControllerService.ControllerServiceClient client, string target, params FileRecord[][] entries)
    {
        using var call = client.PutTree();
        await call.RequestStream.WriteAsync(Start(target));
        foreach (FileRecord[] records in entries)
        {
            await call.RequestStream.WriteAsync(new PutTreeRequest { Records = { records } });
        }

        await call.RequestStream.CompleteAsync();
        return await call.ResponseStream.ToListAsync();
    }

    // The caller neither sends more nor ends its side: the answer comes all the same.
    private static async Task<RpcException> FailAsync(V1.ControllerService.ControllerServiceClient client, PutTreeRequest request)
    {
        using var call = client.PutTree();
        await call.RequestStream.WriteAsync(request);
        return await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ToListAsync().WaitAsync(Bed.Patience));
    }

    private static async Task<List<GetTreeResponse>> GetAsync(V1.ControllerService.ControllerServiceClient client, string source)
    {
        using var call = client.GetTree(new GetTreeRequest { Host = Bed.Host(), Source = ByteString.CopyFromUtf8(source) });
        return await call.ResponseStream.ToListAsync();
    }

    private static IEnumerable<FileRecord> Records(List<GetTreeResponse> responses) => responses.SelectMany(response => response.Records);

    private static (ulong Files, ulong Directories, ulong Symlinks, ulong Failed) Counts(FileSummary summary) =>
        (summary.Files, summary.Directories, summary.Symlinks, summary.Failed);

    private string Relative(ByteString path) => path.ToStringUtf8()[(Path("tree").Length + 1)..];

    private string Path(string name) => System.IO.Path.Combine(_bed.Home, name);
}
