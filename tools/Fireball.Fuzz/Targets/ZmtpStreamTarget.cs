using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Fireball.TestSupport;
using Fireball.Zmtp;

namespace Fireball.Fuzz;

/// <summary>
/// A whole connection: the first byte says which end this is, with which mechanism, and in which segments the rest comes, which
/// is all that the peer says. The segments change nothing.
/// </summary>
internal static class ZmtpStreamTarget
{
    private const int MaxBuffer = 1 << 20;

    internal static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        string whole = Play(input, int.MaxValue);
        FuzzTargets.RequirePlainLine(whole);
        string pieces = Play(input, 1 + (input[0] >> 3));
        FuzzTargets.Require(whole == pieces, $"\"{whole}\" is \"{pieces}\"");
    }

    private static string Play(byte[] input, int segment) => PlayAsync(input, segment).GetAwaiter().GetResult();

    private static async Task<string> PlayAsync(byte[] input, int segment)
    {
        bool isPlain = (input[0] & 1) != 0;
        bool isClient = (input[0] & 2) != 0;
        bool isEager = isClient && !isPlain && (input[0] & 4) != 0;
        var options = new ZmtpOptions
        {
            SocketType = isClient ? SocketType.Dealer : SocketType.Router,
            Mechanism = isPlain ? MechanismKind.Plain : MechanismKind.Null,
            Credentials = new PlainCredentials("u", "p"),
            PlainValidator = static (user, password) => user.SequenceEqual("u"u8) && password.SequenceEqual("p"u8),
            Eager = isEager,
            TimeProvider = StoppedClock.Instance,

            // Within reach of small inputs.
            MaxFrameSize = 300,
            MaxMessageSize = 600,
            MaxFramesPerMessage = 8,
        };
        var stream = new SegmentedStream(input.AsMemory(1), most => Math.Min(most, segment));
        var said = new StringBuilder();
        try
        {
            ZmtpConnection connection = isClient
                ? await ZmtpConnection.ConnectAsync(stream, options).ConfigureAwait(false)
                : await ZmtpConnection.AcceptAsync(stream, options).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await ReadAsync(connection, said).ConfigureAwait(false);
            }
        }
        catch (ZmtpException e)
        {
            said.Append(e.Message);
        }

        return said.ToString();
    }

    private static async Task ReadAsync(ZmtpConnection connection, StringBuilder said)
    {
        while (await connection.WaitToReadAsync().ConfigureAwait(false))
        {
            while (connection.TryRead(out ReceivedMessage message))
            {
                said.Append(Describe(message.First)).Append(Describe(message.Second));
                foreach (ReadOnlySequence<byte> frame in message.Rest ?? [])
                {
                    said.Append(Describe(frame));
                }

                said.Append(message.FrameCount).Append(';');
            }

            FuzzTargets.Require(connection.ReceiveBufferSize <= MaxBuffer, "the buffer stays small");
        }

        said.Append("end");
    }

    private static string Describe(ReadOnlySequence<byte> frame) => $"{frame.Length}:{XxHash32.HashToUInt32(frame.ToArray()):x} ";
}
