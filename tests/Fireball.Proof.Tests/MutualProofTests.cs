using System.Text;

namespace Fireball.Proof.Tests;

/// <summary>The bytes of the mutual proof, and what is taken for none.</summary>
public sealed class MutualProofTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] ControllerNonce = [.. Enumerable.Repeat((byte)0xc0, 32)];
    private static readonly byte[] AgentNonce = [.. Enumerable.Repeat((byte)0xa0, 32)];

    private readonly MutualProof _controller = new(ProofRole.Controller, Secret, ControllerNonce);
    private readonly MutualProof _agent = new(ProofRole.Agent, Secret, AgentNonce);

    // The example of docs/proof.md, computed with Python's hmac.
    [Fact]
    public void The_bytes_are_those_of_the_document()
    {
        Assert.Equal([.. "fireball"u8, 1, (byte)'C', .. ControllerNonce], _controller.Opening.ToArray());
        Assert.Equal([.. "fireball"u8, 1, (byte)'A', .. AgentNonce], _agent.Opening.ToArray());
        Assert.Equal(
            "aacf0ff212bb59c716dacca04eba7eec8585403dd75b76eec6e93652411ddc7a",
            Convert.ToHexStringLower(_controller.Answer(_agent.Opening.Span)));
        Assert.Equal(
            "f7f34ae66397679bacfa89eeac39f50670ff4ab4a0a75e0a6f498cfc7382058d",
            Convert.ToHexStringLower(_agent.Answer(_controller.Opening.Span)));
    }

    [Fact]
    public void Each_end_takes_the_others_proof()
    {
        byte[] ours = _controller.Answer(_agent.Opening.Span);
        byte[] theirs = _agent.Answer(_controller.Opening.Span);
        _controller.Verify(theirs);
        _agent.Verify(ours);
    }

    [Fact]
    public void An_end_that_has_another_secret_is_refused_and_does_not_take_ours()
    {
        byte[] other = [.. Secret];
        other[31] ^= 1;
        var impostor = new MutualProof(ProofRole.Agent, other, AgentNonce);
        byte[] ours = _controller.Answer(impostor.Opening.Span);
        byte[] theirs = impostor.Answer(_controller.Opening.Span);
        Assert.Throws<ProofException>(() => _controller.Verify(theirs));
        Assert.Throws<ProofException>(() => impostor.Verify(ours));
    }

    [Fact]
    public void Our_own_words_said_back_to_us_prove_nothing()
    {
        // The opening is of the wrong role.
        Assert.Throws<ProofException>(() => _controller.Answer(_controller.Opening.Span));

        // The proof is over the openings in the other order.
        byte[] ours = _controller.Answer(_agent.Opening.Span);
        Assert.Throws<ProofException>(() => _controller.Verify(ours));
    }

    [Fact]
    public void A_proof_of_one_connection_is_none_of_another()
    {
        _ = _controller.Answer(_agent.Opening.Span);
        byte[] recorded = _agent.Answer(_controller.Opening.Span);
        var next = new MutualProof(ProofRole.Controller, Secret, Encoding.ASCII.GetBytes(new string('n', 32)));
        _ = next.Answer(_agent.Opening.Span);
        Assert.Throws<ProofException>(() => next.Verify(recorded));
    }

    [Fact]
    public void Every_bit_of_an_opening_and_of_a_proof_counts()
    {
        byte[] opening = _agent.Opening.ToArray();
        byte[] proof = _agent.Answer(_controller.Opening.Span);
        for (int bit = 0; bit < 8 * opening.Length; bit++)
        {
            byte[] changed = Flipped(opening, bit);
            Assert.Throws<ProofException>(() =>
            {
                var controller = new MutualProof(ProofRole.Controller, Secret, ControllerNonce);
                _ = controller.Answer(changed);
                controller.Verify(proof);
            });
        }

        _ = _controller.Answer(opening);
        for (int bit = 0; bit < 8 * proof.Length; bit++)
        {
            Assert.Throws<ProofException>(() => _controller.Verify(Flipped(proof, bit)));
        }

        _controller.Verify(proof);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(MutualProof.OpeningLength - 1)]
    [InlineData(MutualProof.OpeningLength + 1)]
    public void An_opening_has_its_length(int length)
    {
        byte[] opening = new byte[length];
        _agent.Opening.Span[..Math.Min(length, MutualProof.OpeningLength)].CopyTo(opening);
        Assert.Throws<ProofException>(() => _controller.Answer(opening));
    }

    [Fact]
    public void Other_versions_are_named()
    {
        byte[] opening = _agent.Opening.ToArray();
        opening[8] = 2;
        var e = Assert.Throws<ProofException>(() => _controller.Answer(opening));
        Assert.Equal("the peer speaks version 2 of the proof, this end 1", e.Message);
    }

    [Fact]
    public void Without_an_opening_there_is_nothing_to_prove() =>
        Assert.Throws<InvalidOperationException>(() => _controller.Verify(new byte[MutualProof.ProofLength]));

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        byte[] changed = [.. bytes];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
