namespace Fireball.Zmtp.NetMQ;

/// <summary>What a message is taken for where bytes are counted.</summary>
internal static class MessageCost
{
    /// <summary>Beside its frames' lengths, in bytes: about what one small frame takes in memory. Arbitrary.</summary>
    public const int Overhead = 64;

    public static long Of(in ReceivedMessage message)
    {
        long cost = Overhead + message.First.Length + message.Second.Length;
        for (int i = 0; i < message.FrameCount - 2; i++)
        {
            cost += message.Rest![i].Length;
        }

        return cost;
    }
}
