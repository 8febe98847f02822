using System.Security.Cryptography;

namespace Fireball.Proof.Tests;

/// <summary>Digests and authentication codes are those of the framework.</summary>
public sealed class Sha256Tests
{
    [Fact]
    public void Digests_at_every_length_up_to_three_blocks()
    {
        byte[] content = Bytes(200, seed: 1);
        for (int length = 0; length <= content.Length; length++)
        {
            Assert.Equal(SHA256.HashData(content.AsSpan(0, length)), Sha256.Hash(content.AsSpan(0, length)));
        }
    }

    [Fact]
    public void The_digest_of_a_megabyte()
    {
        byte[] content = Bytes(1_000_003, seed: 2);
        Assert.Equal(SHA256.HashData(content), Sha256.Hash(content));
    }

    [Fact]
    public void Authentication_codes_at_every_length_of_key_and_message_up_to_a_block_and_two()
    {
        byte[] key = Bytes(64, seed: 3);
        byte[] message = Bytes(130, seed: 4);
        for (int length = 0; length <= message.Length; length++)
        {
            ReadOnlySpan<byte> part = key.AsSpan(0, length / 2 % (key.Length + 1));
            Assert.Equal(HMACSHA256.HashData(part, message.AsSpan(0, length)), Sha256.Authenticate(part, message.AsSpan(0, length)));
        }
    }

    [Fact]
    public void The_authentication_code_of_RFC_4231_test_case_2() => Assert.Equal(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        Convert.ToHexStringLower(Sha256.Authenticate("Jefe"u8, "what do ya want for nothing?"u8)));

    [Fact]
    public void A_key_that_would_have_to_be_hashed_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256.Authenticate(new byte[65], []));

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
