using Google.Protobuf;

namespace Fireball.TestSupport;

/// <summary>A call's requests as no client of ours sends them, also such as are no messages.</summary>
public static class RequestMutants
{
    // Where a request may break off or promise what does not come: all but the first are no message.
    private static readonly byte[][] Tails =
    [
        [0xfa, 0xff, 0x0f, 1, 0],
        [0xfa, 0xff, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x07],
        [0x0a, 0x80],
        [0x00, 0x00],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [.. Enumerable.Repeat((byte)0xfb, 10_000)],
    ];

    /// <summary>
    /// As they are; what <see cref="MessageMutants"/> makes of them; none; each with a tail, cut off, empty, before its neighbour
    /// or in one with another (of a oneof both are given then); and so many with random bytes changed, taken out or put in.
    /// </summary>
    public static IEnumerable<RequestMutant> Of(IReadOnlyList<IMessage> requests, int random, int seed)
    {
        byte[][] whole = [.. requests.Select(request => request.ToByteArray())];
        yield return new("as they are", whole);
        yield return new("none", []);
        foreach (MessageMutant mutant in MessageMutants.Of(requests, random: 0))
        {
            yield return new(mutant.Name, [.. mutant.Messages.Select(message => message.ToByteArray())]);
        }

        for (int i = 0; i < whole.Length; i++)
        {
            yield return new($"request {i} empty", With(whole, i, []));
            yield return new($"request {i} cut off", With(whole, i, whole[i][..^Math.Min(1, whole[i].Length)]));
            for (int tail = 0; tail < Tails.Length; tail++)
            {
                yield return new($"request {i} with tail {tail}", With(whole, i, [.. whole[i], .. Tails[tail]]));
            }

            for (int other = 0; other < whole.Length; other++)
            {
                yield return new($"request {i} with request {other} in it", With(whole, i, [.. whole[i], .. whole[other]]));
                yield return new($"request {other} in the place of {i}", With(whole, i, whole[other]));
            }
        }

        yield return new("backwards", [.. whole.Reverse()]);
        var generator = new Random(seed);
        for (int i = 0; i < random; i++)
        {
            int which = generator.Next(whole.Length);
            yield return new($"seed {seed}, round {i}", With(whole, which, Damage(whole[which], generator)));
        }
    }

    private static byte[][] With(byte[][] requests, int which, byte[] changed)
    {
        byte[][] copy = [.. requests];
        copy[which] = changed;
        return copy;
    }

    private static byte[] Damage(byte[] request, Random generator)
    {
        List<byte> bytes = [.. request];
        for (int changes = generator.Next(1, 4); changes > 0; changes--)
        {
            int at = generator.Next(bytes.Count + 1);
            int length = Math.Min(generator.Next(1, 5), bytes.Count - at);
            switch (generator.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << generator.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)generator.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.Insert(at, (byte)generator.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }
}
