using System.Buffers;
using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Google.Protobuf;

namespace Fireball.Rpc.Tests;

/// <summary>A peer that says what it likes, message by message.</summary>
internal static class RawPeer
{
    public static Start StartOf(string method) => new() { Method = "/fireball.rpc.tests.Probe/" + method, InitialCredit = 1 << 18 };

    public static ValueTask SendAsync(this IMessageConnection connection, Envelope envelope, IMessage? payload = null) =>
        payload is null
            ? connection.SendAsync(envelope.ToByteArray())
            : connection.SendAsync(envelope.ToByteArray(), payload.ToByteArray());

    public static ValueTask SendAsync(this IMessageConnection connection, params byte[][] frames)
    {
        connection.Write(frames, static (writer, frames) =>
        {
            for (var i = 0; i < frames.Length; i++)
            {
                writer.BeginFrame(frames[i].Length, i < frames.Length - 1);
                writer.Write(frames[i]);
            }
        });
        return connection.FlushAsync();
    }

    /// <summary>The next envelope, its payload left out.</summary>
    public static async Task<Envelope> ReceiveAsync(this IMessageConnection connection, CancellationToken limit)
    {
        ReceivedMessage message;
        while (!connection.TryRead(out message))
        {
            Assert.True(await connection.WaitToReadAsync(limit), "the peer closed");
        }

        return Envelope.Parser.ParseFrom(message.First);
    }
}
