using Google.Protobuf;
using Grpc.Core;

namespace Fireball.PeerBenchmark;

/// <summary>What is measured; it does as little as there is to do.</summary>
internal sealed class GrpcEchoService : GrpcEcho.GrpcEchoBase
{
    public override Task<EchoChunk> Unary(EchoChunk request, ServerCallContext context) => Task.FromResult(request);

    public override async Task Duplex(
        IAsyncStreamReader<EchoChunk> requestStream, IServerStreamWriter<EchoChunk> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(CancellationToken.None))
        {
            await responseStream.WriteAsync(requestStream.Current);
        }
    }

    public override async Task Download(EchoCount request, IServerStreamWriter<EchoChunk> responseStream, ServerCallContext context)
    {
        var chunk = new EchoChunk { Body = UnsafeByteOperations.UnsafeWrap(new byte[request.Bytes]) };
        for (var i = 0; i < request.Messages; i++)
        {
            await responseStream.WriteAsync(chunk);
        }
    }
}
