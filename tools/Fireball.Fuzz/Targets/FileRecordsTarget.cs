using System.Buffers;
using Fireball.Files;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Fuzz;

/// <summary>
/// The messages of a copy: the first byte says which one, the rest is the message. What our reader takes is what the generated
/// one makes of it; then its records are held against the rules of a tree.
/// </summary>
internal static class FileRecordsTarget
{
    private static readonly MessageParser<PutRequest> PutParser = PutRequest.Parser.WithDiscardUnknownFields(true);
    private static readonly MessageParser<GetResponse> GetParser = GetResponse.Parser.WithDiscardUnknownFields(true);

    internal static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        try
        {
            bool directoryOnly = (input[0] & 2) != 0;
            if ((input[0] & 1) == 0)
            {
                Put(input[1..], directoryOnly);
            }
            else
            {
                Get(input[1..], directoryOnly);
            }
        }
        catch (InvalidDataException)
        {
            // What is documented.
        }
    }

    private static void Put(byte[] message, bool directoryOnly)
    {
        PutRequest request = PutRequestParser.Parse(new ReadOnlySequence<byte>(message));
        using var memory = request.Memory;
        FuzzTargets.Require(PutParser.ParseFrom(message).Equals(PutParser.ParseFrom(request.ToByteArray())), "a request as generated code reads it");
        Check(request.Records, directoryOnly);
    }

    private static void Get(byte[] message, bool directoryOnly)
    {
        using ReceivedBatch batch = ReceivedBatch.Parse(new ReadOnlySequence<byte>(message));
        var response = new GetResponse { Records = { batch.Records }, Failures = { batch.Failures }, Summary = batch.Summary };
        FuzzTargets.Require(GetParser.ParseFrom(message).Equals(GetParser.ParseFrom(response.ToByteArray())), "a response as generated code reads it");
        Check(batch.Records, directoryOnly);
    }

    private static void Check(IReadOnlyList<FileRecord> records, bool directoryOnly)
    {
        var validator = new RecordValidator(directoryOnly);
        for (int i = 0; i < records.Count; i++)
        {
            if (validator.Check(records[i]) is { } problem)
            {
                FuzzTargets.RequirePlainLine(problem);
            }

            // What the receiver makes a name of.
            if (i > 0 && records[i].Entry is { } entry)
            {
                string path = "/" + string.Concat(entry.Path.Select(c => (char)c)) + "/";
                FuzzTargets.Require(
                    !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/../", StringComparison.Ordinal)
                        && !path.Contains("/./", StringComparison.Ordinal) && !path.Contains('\0', StringComparison.Ordinal),
                    "a path leads nowhere else");
            }
        }

        validator.Complete();
    }
}
