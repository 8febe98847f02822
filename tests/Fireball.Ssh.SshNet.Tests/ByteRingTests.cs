namespace Fireball.Ssh.SshNet.Tests;

public sealed class ByteRingTests
{
    [Fact]
    public void It_gives_what_it_took_in_order_and_never_holds_more_than_its_capacity()
    {
        const int Capacity = 300_000;
        var random = new Random(11);
        var ring = new ByteRing(Capacity);
        var expected = new Queue<byte>();
        byte[] bytes = new byte[Capacity * 2];
        for (int i = 0; i < 2000; i++)
        {
            // Now it fills, then it empties: both ends and every size of its memory are met.
            bool isFilling = i / 100 % 2 == 0;
            int count = random.Next(random.Next(8) == 0 ? bytes.Length : 3000);
            if (random.Next(4) == 0 != isFilling)
            {
                random.NextBytes(bytes.AsSpan(0, count));
                int room = ring.Room;
                int added = ring.Add(bytes.AsSpan(0, count));
                Assert.Equal(Math.Min(count, room), added);
                foreach (byte b in bytes.AsSpan(0, added))
                {
                    expected.Enqueue(b);
                }
            }
            else
            {
                int taken = ring.Take(bytes.AsSpan(0, count));
                Assert.Equal(Math.Min(count, expected.Count), taken);
                foreach (byte b in bytes.AsSpan(0, taken))
                {
                    Assert.Equal(expected.Dequeue(), b);
                }
            }

            Assert.Equal((expected.Count, Capacity - expected.Count), (ring.Length, ring.Room));
        }

        ring.Clear();
        Assert.Equal((0, Capacity), (ring.Length, ring.Room));
    }
}
