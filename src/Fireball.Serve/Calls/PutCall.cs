using Fireball.Controller;
using Fireball.Posix;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>Controller.Put: one file from the bytes of the call.</summary>
internal sealed class PutCall(HostTable hosts, IAsyncStreamReader<ControllerPutRequest> requests)
{
    private const uint MaxMode = 0b111_111_111_111;
    private const uint MaxNanoseconds = 999_999_999;

    public async Task<ControllerPutResponse> RunAsync(CancellationToken cancellationToken)
    {
        BadRequestException.Unless(
            await requests.MoveNext(cancellationToken) && requests.Current.Start is not null, "start", "missing; it is the first request");
        ControllerPutStart start = requests.Current.Start;
        Check(start);
        var options = new FilePutOptions { MakeParents = start.MakeParents, ModifiedNanoseconds = (int)start.MtimeNs };
        options = start.HasMode ? options with { Mode = (int)start.Mode } : options;
        options = start.HasMtimeS ? options with { ModifiedSeconds = start.MtimeS } : options;
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
        BadRequestException.Unless(start.Mode <= MaxMode, "mode", "not within 0 to 07777");
        BadRequestException.Unless(start.MtimeNs <= MaxNanoseconds, "mtime_ns", $"more than {MaxNanoseconds}");
        BadRequestException.Unless(start.HasMtimeS || start.MtimeNs == 0, "mtime_ns", "given without mtime_s");
        BadRequestException.Unless(start.Size <= long.MaxValue, "size", "larger than any file");
    }
}
