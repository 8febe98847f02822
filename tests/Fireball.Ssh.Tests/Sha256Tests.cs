using System.Security.Cryptography;
using Fireball.Deploy;

namespace Fireball.Ssh.Tests;

public class Sha256Tests
{
    [Fact]
    public void Digests_are_those_of_the_framework_at_every_length_up_to_three_blocks()
    {
        byte[] content = new byte[200];
        new Random(1).NextBytes(content);
        for (int length = 0; length <= content.Length; length++)
        {
            Assert.Equal(SHA256.HashData(content.AsSpan(0, length)), Sha256.Hash(content.AsSpan(0, length)));
        }
    }

    [Fact]
    public void The_digest_of_a_megabyte_is_that_of_the_framework()
    {
        byte[] content = new byte[1_000_003];
        new Random(2).NextBytes(content);
        Assert.Equal(SHA256.HashData(content), Sha256.Hash(content));
    }
}
