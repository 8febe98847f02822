using Fireball.Controller;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>Controller.Get: one file's bytes.</summary>
internal sealed class GetCall(HostTable hosts, ControllerGetRequest request, IServerStreamWriter<ControllerGetResponse> responses)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        HostRules.Check(request.Host, "host");
        CommandRules.CheckPath(request.Path, "path");
        await using FireballHost host = hosts.Use(request.Host);
        await using RemoteFile file = await host.OpenAsync(PosixText.Decode(request.Path.Span), cancellationToken);
        await responses.WriteAsync(new ControllerGetResponse { Entry = file.Entry }, cancellationToken);
        await foreach (ReadOnlyMemory<byte> piece in file.ReadAsync(cancellationToken))
        {
            // Encoded before the write returns; the memory is used again only after it.
            await responses.WriteAsync(
                new ControllerGetResponse { Data = UnsafeByteOperations.UnsafeWrap(piece) }, cancellationToken);
        }

        await responses.WriteAsync(
            new ControllerGetResponse { End = new ControllerGetEnd { Size = (ulong)file.Position } }, cancellationToken);
    }
}
