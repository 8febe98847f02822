using System.Diagnostics;
using System.Globalization;
using Fireball.TestSupport;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.PeerBenchmark;

/// <summary>
/// The two processes of the gRPC section, ours or, built with -p:UseGrpcPackages=true, the packages'. The server prints
/// its socket and ends with its input; the client answers lines such as "unary 1000" with a number.
/// </summary>
internal static class GrpcEchoProcess
{
    private const int AtOnce = 32;
    private const int ChunkSize = 64 * 1024;

    private static readonly EchoChunk Chunk = new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[64]) };

    public static async Task ServeAsync()
    {
        await using var server = await GrpcServer.StartAsync(
            routes => routes.MapGrpcService<GrpcEchoService>(), services: services => services.AddSingleton<GrpcEchoService>());
        await Console.Out.WriteLineAsync(server.SocketPath);
        await Console.In.ReadToEndAsync();
    }

    public static async Task CallAsync(string socketPath)
    {
        using var channel = GrpcClient.Open(socketPath);
        var client = new GrpcEcho.GrpcEchoClient(channel);
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var count = int.Parse(words[1], CultureInfo.InvariantCulture);
            var figure = words[0] switch
            {
                "unary" => await UnaryAsync(client, count),
                "concurrent" => await ConcurrentAsync(client, count),
                "stream" => await StreamAsync(client, count),
                _ => throw new InvalidOperationException(line),
            };
            await Console.Out.WriteLineAsync(figure.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Median latency of one call after the other, microseconds.</summary>
    private static async Task<double> UnaryAsync(GrpcEcho.GrpcEchoClient client, int calls)
    {
        var times = new double[calls];
        for (var i = 0; i < calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await client.UnaryAsync(Chunk);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return Interleaved.Median(times);
    }

    /// <summary>Calls a second, many in flight.</summary>
    private static async Task<double> ConcurrentAsync(GrpcEcho.GrpcEchoClient client, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            for (var i = 0; i < calls / AtOnce; i++)
            {
                await client.UnaryAsync(Chunk);
            }
        }));
        return calls / AtOnce * AtOnce / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>MiB a second of a response stream.</summary>
    private static async Task<double> StreamAsync(GrpcEcho.GrpcEchoClient client, int messages)
    {
        var start = Stopwatch.GetTimestamp();
        using var call = client.Download(new EchoCount { Messages = messages, Bytes = ChunkSize });
        long bytes = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            bytes += call.ResponseStream.Current.Body.Length;
        }

        return bytes / Stopwatch.GetElapsedTime(start).TotalSeconds / (1 << 20);
    }
}
