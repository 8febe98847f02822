using Fireball.Controller;
using Fireball.Linux;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>Controller.Put: one file from the bytes of the call.</summary>
internal sealed class PutCall(HostTable hosts, IAsyncStreamReader<ControllerPutRequest> requests)
{
    private const int MaxNanoseconds = 999_999_999;

    public async Task<ControllerPutResponse> RunAsync(CancellationToken cancellationToken)
    {
        BadRequestException.Unless(
            await requests.MoveNext(cancellationToken) && requests.Current.Start is not null, "start", "missing; it is the first request");
        ControllerPutStart start = requests.Current.Start;
        Check(start);
        var options = new FilePutOptions { MakeParents = start.MakeParents };
        options = start.HasMode ? options with { Mode = (int)start.Mode } : options;
        options = start.ModifiedTime is { } time ? options with { ModifiedSeconds = time.Seconds, ModifiedNanoseconds = time.Nanos } : options;
        options = start.HasSize ? options with { Size = (long)start.Size } : options;

        await using FireballHost host = hosts.Use(start.Host);
        await using var content = new PutContent(requests);
        long size = await host.PutAsync(content, PosixText.Decode(start.Path.Span), options, cancellationToken);
        return new ControllerPutResponse { Size = (ulong)size };
    }

    private static void Check(ControllerPutStart start)
    {
        HostRules.Check(start.Host, "host");
        CommandRules.CheckPath(start.Path, "path");
        BadRequestException.Unless(start.Mode <= PermissionBits.All, "mode", "not within 0 to 07777");
        BadRequestException.Unless(
            start.ModifiedTime?.Nanos is null or (>= 0 and <= MaxNanoseconds), "modified_time", $"nanos is not within 0 to {MaxNanoseconds}");
        BadRequestException.Unless(start.Size <= long.MaxValue, "size", "larger than any file");
    }
}
