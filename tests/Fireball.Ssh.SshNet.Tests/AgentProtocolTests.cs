namespace Fireball.Ssh.SshNet.Tests;

public sealed class AgentProtocolTests
{
    private static readonly byte[] TwoIdentities =
    [
        12, 0, 0, 0, 2,
        0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, (byte)'a',
        0, 0, 0, 1, 9, 0, 0, 0, 0,
    ];

    [Fact]
    public void Requests_have_the_bytes_of_the_draft()
    {
        Assert.Equal([0, 0, 0, 1, 11], AgentProtocol.WriteRequestIdentities());
        Assert.Equal(
            [0, 0, 0, 16, 13, 0, 0, 0, 1, 7, 0, 0, 0, 2, 8, 9, 0, 0, 0, 4],
            AgentProtocol.WriteSignRequest([7], [8, 9], AgentProtocol.RsaSha512));
    }

    [Fact]
    public void Identities_are_keys_and_comments()
    {
        var identities = AgentProtocol.ReadIdentities(TwoIdentities);
        Assert.Equal([1, 2, 3], identities[0].Key);
        Assert.Equal(["a", ""], identities.Select(i => i.Comment));
    }

    [Fact]
    public void A_message_cut_off_anywhere_is_refused()
    {
        for (int length = 0; length < TwoIdentities.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => AgentProtocol.ReadIdentities(TwoIdentities.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_promised_count_or_length_allocates_nothing_near_it()
    {
        Assert.Throws<InvalidDataException>(() => AgentProtocol.ReadIdentities([12, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
        Assert.Throws<InvalidDataException>(() => AgentProtocol.ReadSignature([14, 0xff, 0xff, 0xff, 0xff, 0]));
        Assert.Throws<InvalidDataException>(() => AgentProtocol.ReadLength([0, 4, 0, 1]));
        Assert.Throws<InvalidDataException>(() => AgentProtocol.ReadLength([0, 0, 0, 0]));
        Assert.Equal(256 << 10, AgentProtocol.ReadLength([0, 4, 0, 0]));
    }

    [Fact]
    public void A_refusal_is_no_signature() => Assert.Null(AgentProtocol.ReadSignature([5]));
}
