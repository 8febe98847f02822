using System.Buffers;

namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// Carries the messages between NetMQ, on the near side, and the peer, on the far side. Messages, not bytes: NetMQ counts
/// whole messages only, ends its process over an empty command and takes a message of endless frames into memory, so that
/// what a hostile peer sends has to pass our own limits first. What that costs beside NetMQ's own way through loopback TCP
/// is one more reading of the frames' headers and one more copy.
/// </summary>
internal sealed class Relay(ZmtpConnection near, ZmtpConnection far, DealerConnection connection)
{
    /// <summary>What may wait unsent before the relay waits with it, in bytes: as the RPC layer has it. Arbitrary.</summary>
    private const long UnsentHighWater = 512 * 1024;

    /// <summary>
    /// What may be on its way from the peer to the connection's reader, in bytes, and one message more. 1 MiB: what keeps a
    /// fast reader busy; NetMQ by itself would take 1,000 messages of any length.
    /// </summary>
    private const long WindowSize = 1 << 20;

    /// <summary>What the reader has not taken yet.</summary>
    public ByteWindow Window { get; } = new(WindowSize);

    /// <summary>From NetMQ to the peer, until one of them is gone. Never throws.</summary>
    public async Task RunOutwardsAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await near.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                long cost = 0;
                while (near.TryRead(out var message))
                {
                    far.Write(message, Copy);
                    cost += MessageCost.Of(message);
                    if (far.UnsentBytes > UnsentHighWater)
                    {
                        await far.FlushAsync(cancellationToken).ConfigureAwait(false);
                        connection.Relayed(cost);
                        cost = 0;
                    }
                }

                await far.FlushAsync(cancellationToken).ConfigureAwait(false);
                connection.Relayed(cost);
            }

            connection.Fail(new ZmtpException("NetMQ closed its side of the connection"));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // To the peer nothing goes any more; what it sent before can still be read.
            connection.SendingFailed(e);
        }
        catch (OperationCanceledException)
        {
            // The connection was disposed.
        }
    }

    /// <summary>From the peer to NetMQ, until one of them is gone. Never throws.</summary>
    public async Task RunInwardsAsync(CancellationToken cancellationToken)
    {
        long count = 0;
        try
        {
            while (await far.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (true)
                {
                    if (Window.IsFull)
                    {
                        await near.FlushAsync(cancellationToken).ConfigureAwait(false);
                        await Window.WaitAsync(cancellationToken).ConfigureAwait(false);
                    }

                    if (!far.TryRead(out var message))
                    {
                        break;
                    }

                    near.Write(message, Copy);
                    Window.Add(MessageCost.Of(message));
                    count++;
                }

                await near.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            connection.EndAfter(count, failure: null);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            connection.EndAfter(count, e);
        }
        catch (OperationCanceledException)
        {
            // The connection was disposed.
        }
    }

    private static void Copy(IMessageWriter writer, ReceivedMessage message)
    {
        for (int i = 0; i < message.FrameCount; i++)
        {
            var frame = i switch { 0 => message.First, 1 => message.Second, _ => message.Rest![i - 2] };
            writer.BeginFrame((int)frame.Length, more: i < message.FrameCount - 1);
            foreach (var part in frame)
            {
                writer.Write(part.Span);
            }
        }
    }
}
