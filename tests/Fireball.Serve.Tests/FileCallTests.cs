using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Fireball.Serve.Tests;

/// <summary>Controller.Put and Controller.Get, over both ways, on real files.</summary>
public sealed class FileCallTests : BedTests
{
    // Lengths about the limits of a record (64 KiB) and of a message (128 KiB), and several of them.
    [Theory]
    [InlineData("zmtp", 0)]
    [InlineData("zmtp", 65_536)]
    [InlineData("zmtp", 5_000_000)]
    [InlineData("grpc", 0)]
    [InlineData("grpc", 1)]
    [InlineData("grpc", 65_535)]
    [InlineData("grpc", 65_536)]
    [InlineData("grpc", 65_537)]
    [InlineData("grpc", 131_072)]
    [InlineData("grpc", 131_073)]
    [InlineData("grpc", 5_000_000)]
    public async Task A_file_goes_there_and_comes_back(string way, int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        ControllerPutResponse written = await PutAsync(client, Start("file") with { Size = (ulong)length }, content);

        Assert.Equal((ulong)length, written.Size);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path("file")));
        Assert.Equal(content, await GetAsync(client, "file"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Mode_time_and_missing_directories_are_as_wanted(string way)
    {
        PutFile start = Start("new/deep/file") with { Mode = 0b110_000_000, Modified = new Timestamp { Seconds = 1_000_000_000, Nanos = 123_456_789 }, MakeParents = true };
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        await PutAsync(client, start, "x"u8.ToArray());
        FileEntry entry = (await ReadAsync(client, "new/deep/file"))[0].Entry;

        Assert.Equal((0b110_000_000u, 1_000_000_000L, 123_456_789u), (entry.Mode, entry.ModifiedSeconds, entry.ModifiedNanoseconds));
        Assert.True(entry.Path.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_mode_that_is_not_given_is_0644_and_a_zero_is_one(string way)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        await PutAsync(client, Start("usual"), []);
        await PutAsync(client, Start("none") with { Mode = 0 }, []);

        Assert.Equal(0b110_100_100u, (uint)File.GetUnixFileMode(Path("usual")));
        Assert.Equal(0u, (uint)File.GetUnixFileMode(Path("none")));
    }

    [Theory]
    [InlineData("zmtp", 4)]
    [InlineData("grpc", 4)]
    [InlineData("grpc", 6)]
    [InlineData("grpc", 200_000)]
    public async Task Another_number_of_bytes_leaves_the_old_file(string way, int announced)
    {
        await File.WriteAllTextAsync(Path("file"), "old");
        RpcException failure = await FailAsync(way, Start("file") with { Size = (ulong)announced }, "12345"u8.ToArray());

        Assert.Equal(StatusCode.DataLoss, failure.StatusCode);
        Assert.Equal("old", await File.ReadAllTextAsync(Path("file")));
        Assert.Single(Directory.GetFileSystemEntries(_bed.Home));
    }

    [Theory]
    [InlineData("zmtp", "directory", StatusCode.FailedPrecondition)]
    [InlineData("grpc", "directory", StatusCode.FailedPrecondition)]
    [InlineData("zmtp", "nowhere/file", StatusCode.NotFound)]
    [InlineData("grpc", "nowhere/file", StatusCode.NotFound)]
    [InlineData("grpc", "file/below", StatusCode.FailedPrecondition)]
    public async Task What_cannot_be_written_there_has_its_status(string way, string path, StatusCode expected)
    {
        Directory.CreateDirectory(Path("directory"));
        await File.WriteAllTextAsync(Path("file"), "old");

        Assert.Equal(expected, (await FailAsync(way, Start(path), new byte[300_000])).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Who_cannot_write_learns_it_before_he_has_sent_all(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Put();
        await call.RequestStream.WriteAsync(new ControllerPutRequest { Start = Start("nowhere/file").ToMessage() });
        await call.RequestStream.WriteAsync(new ControllerPutRequest { Data = ByteString.CopyFrom(new byte[200_000]) });

        // Neither more data nor the half-close comes.
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Bed.Patience));
        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cancelled_a_put_leaves_the_old_file_and_nothing_else(string way)
    {
        await File.WriteAllTextAsync(Path("file"), "old");
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        using (var call = client.Put())
        {
            await call.RequestStream.WriteAsync(new ControllerPutRequest { Start = Start("file").ToMessage() });
            await call.RequestStream.WriteAsync(new ControllerPutRequest { Data = ByteString.CopyFrom(new byte[1024 * 1024]) });
            await _bed.Agent.Putting.Task.WaitAsync(Bed.Patience);
        }

        await Until.TrueAsync(async () => (await client.ListHostsAsync(new ListHostsRequest())).Hosts is [{ Calls: 0 }], "the call ends");
        await Until.TrueAsync(() => Directory.GetFileSystemEntries(_bed.Home).Length == 1, "what was begun goes");
        Assert.Equal("old", await File.ReadAllTextAsync(Path("file")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_link_is_replaced_by_a_put_and_followed_by_a_get(string way)
    {
        Directory.CreateDirectory(Path("sub"));
        await File.WriteAllTextAsync(Path("sub/real"), "there");
        File.CreateSymbolicLink(Path("sub/second"), "real");
        File.CreateSymbolicLink(Path("first"), "sub/second");
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);

        Assert.Equal("there"u8.ToArray(), await GetAsync(client, "first"));
        await PutAsync(client, Start("first"), "new"u8.ToArray());
        Assert.Null(new FileInfo(Path("first")).LinkTarget);
        Assert.Equal("there", await File.ReadAllTextAsync(Path("sub/real")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Holes_come_as_zeroes(string way)
    {
        const int Hole = 300_000;
        await using (FileStream file = File.Create(Path("sparse")))
        {
            file.Position = Hole;
            await file.WriteAsync("data"u8.ToArray());
            file.SetLength(2 * Hole);
        }

        byte[] content = await GetAsync(await _bed.ClientAsync(way), "sparse");
        Assert.Equal(await File.ReadAllBytesAsync(Path("sparse")), content);
    }

    [Theory]
    [InlineData("zmtp", "missing", StatusCode.NotFound)]
    [InlineData("grpc", "missing", StatusCode.NotFound)]
    [InlineData("zmtp", "directory", StatusCode.FailedPrecondition)]
    [InlineData("grpc", "directory", StatusCode.FailedPrecondition)]
    [InlineData("grpc", "round", StatusCode.FailedPrecondition)]
    [InlineData("grpc", "dangling", StatusCode.NotFound)]
    [InlineData("grpc", "/dev/null", StatusCode.FailedPrecondition)]
    public async Task What_cannot_be_read_has_its_status(string way, string path, StatusCode expected)
    {
        Directory.CreateDirectory(Path("directory"));
        File.CreateSymbolicLink(Path("round"), "round");
        File.CreateSymbolicLink(Path("dangling"), "missing");
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        var failure = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(client, path));

        Assert.Equal(expected, failure.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_host_that_is_lost_during_a_put_is_an_unknown_outcome(string way)
    {
        using var call = (await _bed.ClientAsync(way)).Put();
        await call.RequestStream.WriteAsync(new ControllerPutRequest { Start = Start("file").ToMessage() });
        await call.RequestStream.WriteAsync(new ControllerPutRequest { Data = ByteString.CopyFrom(new byte[1024 * 1024]) });
        await _bed.Agent.Putting.Task.WaitAsync(Bed.Patience);
        await _bed.Hosts.Sessions[0].BreakAsync("killed");
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Bed.Patience));

        Assert.True(
            (failure.StatusCode, failure.Trailers.GetValue("fireball-outcome")) == (StatusCode.Unknown, "unknown"), failure.ToString());
    }

    private static PutFile Start(string path) => new(path);

    private static async Task<ControllerPutResponse> PutAsync(V1.ControllerService.ControllerServiceClient client, PutFile start, byte[] content)
    {
        using var call = client.Put();
        try
        {
            await call.RequestStream.WriteAsync(new ControllerPutRequest { Start = start.ToMessage() });
            foreach (byte[] chunk in content.Chunk(100_000))
            {
                await call.RequestStream.WriteAsync(new ControllerPutRequest { Data = ByteString.CopyFrom(chunk) });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception early) when (early is RpcException or InvalidOperationException)
        {
            // The response says why.
        }

        return await call.ResponseAsync.WaitAsync(Bed.Patience);
    }

    private static async Task<List<ControllerGetResponse>> ReadAsync(V1.ControllerService.ControllerServiceClient client, string path)
    {
        using var call = client.Get(new ControllerGetRequest { Host = Bed.Host(), Path = ByteString.CopyFromUtf8(path) });
        return await call.ResponseStream.ToListAsync();
    }

    private static async Task<byte[]> GetAsync(V1.ControllerService.ControllerServiceClient client, string path)
    {
        List<ControllerGetResponse> responses = await ReadAsync(client, path);
        byte[] content = [.. responses.SelectMany(response => response.Data)];
        Assert.Equal(FileEntry.Types.Type.File, responses[0].Entry.Type);
        Assert.Equal((ulong)content.Length, responses[^1].End.Size);
        return content;
    }

    private async Task<RpcException> FailAsync(string way, PutFile start, byte[] content)
    {
        V1.ControllerService.ControllerServiceClient client = await _bed.ClientAsync(way);
        return await Assert.ThrowsAsync<RpcException>(() => PutAsync(client, start, content));
    }

    private string Path(string name) => System.IO.Path.Combine(_bed.Home, name);
}
