using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files.Tests;

/// <summary>A whole copy in one process, with every message encoded and decoded as on the wire.</summary>
internal static class Copying
{
    public static byte[] Bytes(string path) => PathBytes.FromText(path);

    public static async Task<List<PutRequest>> ReadAsync(params TreeSource[] sources)
    {
        var requests = new List<PutRequest>();
        await foreach (FileBatch batch in new TreeReader(sources).ReadAsync())
        {
            requests.Add(Transfer(batch));
        }

        return requests;
    }

    public static Task<List<PutRequest>> ReadAsync(string source) => ReadAsync(new TreeSource(Bytes(source), []));

    public static async Task<(FileSummary Summary, List<FileFailure> Failures)> CopyAsync(
        string source, string target, string name = "", Func<TreeWriterOptions, TreeWriterOptions>? with = null)
    {
        var options = new TreeWriterOptions { Target = Bytes(target), Name = Bytes(name) };
        options = with?.Invoke(options) ?? options;
        var failures = new List<FileFailure>();
        await using var pump = new TreeWriterPump(TreeWriter.Open(options), failures.AddRange);
        var reader = new TreeReader([new TreeSource(Bytes(source), [])]);
        var sent = new List<FileFailure>();
        await foreach (FileBatch batch in reader.ReadAsync())
        {
            sent.AddRange(batch.Failures);
            await pump.WriteAsync(Transfer(batch).Records, memory: null, CancellationToken.None);
        }

        FileSummary summary = await pump.CompleteAsync(CancellationToken.None);
        summary.Failed += reader.Summary.Failed;
        failures.AddRange(sent);
        return (summary, failures);
    }

    public static (FileSummary Summary, List<FileFailure> Failures) Write(
        TreeWriterOptions options, IEnumerable<FileRecord> records)
    {
        using TreeWriter writer = TreeWriter.Open(options);
        var failures = new List<FileFailure>();
        foreach (FileRecord record in records)
        {
            writer.Write(record);
            failures.AddRange(writer.TakeFailures());
        }

        FileSummary summary = writer.Complete();
        failures.AddRange(writer.TakeFailures());
        return (summary, failures);
    }

    private static PutRequest Transfer(FileBatch batch)
    {
        using (batch)
        {
            var request = new PutRequest();
            request.Records.AddRange(batch.Records);
            return PutRequest.Parser.ParseFrom(request.ToByteArray());
        }
    }
}
