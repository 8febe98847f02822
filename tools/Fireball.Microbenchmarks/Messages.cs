using Fireball.Rpc;
using Fireball.V1;
using Fireball.Zmtp;
using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Microbenchmarks;

/// <summary>What is sent and received, and connections with memory at their other end.</summary>
internal static class Messages
{
    /// <summary>
    /// The bytes that one read of a connection gives where they are there: its receive buffer's size (FrameBuffer.BaseSize).
    /// </summary>
    public const int ReceiveBufferSize = 128 * 1024;

    /// <summary>A call's number that takes two bytes, as most do.</summary>
    public const ulong Call = 1000;

    /// <summary>The same lines as the generated code has for each message.</summary>
    public static Marshaller<ExecResponse> Marshaller { get; } = Marshallers.Create<ExecResponse>(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        static context => ExecResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    /// <summary>A piece of a command's output, of so many bytes.</summary>
    public static ExecResponse Output(int size) => new() { StdoutData = UnsafeByteOperations.UnsafeWrap(new byte[size]) };

    public static PayloadSerializer Serializer() => new(maxMessageSize: 4 << 20);

    /// <summary>Handshakes as a DEALER. Nothing it does waits, so that every task of it has ended when it is returned.</summary>
    public static Task<ZmtpConnection> ConnectAsync(ScriptedPeer peer) => ZmtpConnection.ConnectAsync(peer, new ZmtpOptions());

    /// <summary>Writes a message of one frame.</summary>
    public static void WriteFrame(ZmtpConnection connection, byte[] body) => connection.Write(body, static (writer, body) =>
    {
        writer.BeginFrame(body.Length, more: false);
        body.CopyTo(writer.GetSpan(body.Length));
        writer.Advance(body.Length);
    });

    /// <summary>Writes a message of a call: an envelope frame and a payload frame.</summary>
    public static void WriteOutput(ZmtpConnection connection, PayloadSerializer serializer, ExecResponse output) => connection.Write(
        (Serializer: serializer, Output: output),
        static (writer, state) => state.Serializer.Write(writer, Call, Marshaller, state.Output));

    /// <summary>Sends what was written, all of it.</summary>
    public static void Flush(ZmtpConnection connection)
    {
        var flush = connection.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("Sending to memory had to wait, or failed.");
        }
    }

    /// <summary>The next message.</summary>
    public static ReceivedMessage Read(ZmtpConnection connection)
    {
        var wait = connection.WaitToReadAsync();
        return wait.IsCompletedSuccessfully && wait.Result && connection.TryRead(out var message)
            ? message
            : throw new InvalidOperationException("Receiving from memory had to wait, or failed.");
    }

    /// <summary>The bytes that a connection sends for the same message, so many times.</summary>
    public static async Task<byte[]> EncodeAsync(int count, Action<ZmtpConnection> write)
    {
        var peer = new ScriptedPeer([], 0);
        await using var connection = await ConnectAsync(peer);
        peer.Recorder = new MemoryStream();
        for (var i = 0; i < count; i++)
        {
            write(connection);
        }

        await connection.FlushAsync();
        return peer.Recorder.ToArray();
    }

    /// <summary>As <see cref="EncodeAsync"/>; as many messages as fit one read, at least one.</summary>
    public static async Task<byte[]> EncodeReadfulAsync(Action<ZmtpConnection> write)
    {
        var one = await EncodeAsync(1, write);
        return await EncodeAsync(Math.Max(1, ReceiveBufferSize / one.Length), write);
    }
}
