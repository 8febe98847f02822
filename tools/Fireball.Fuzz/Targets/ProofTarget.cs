using Fireball.Proof;
using Fireball.TestSupport;

namespace Fireball.Fuzz;

/// <summary>What a peer says in the mutual proof: the first byte says which end this is, the rest is an opening and a proof.</summary>
internal static class ProofTarget
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, MutualProof.SecretLength).Select(i => (byte)i)];

    // Never used twice elsewhere; here the right answer has to be in the corpus.
    private static readonly byte[] Nonce = new byte[MutualProof.NonceLength];

    internal static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        ProofRole role = (input[0] & 1) == 0 ? ProofRole.Controller : ProofRole.Agent;
        Take(role, input.AsMemory(1));
        Exchange(role, input.AsMemory(1));
    }

    private static void Take(ProofRole role, ReadOnlyMemory<byte> said)
    {
        var proof = new MutualProof(role, Secret, Nonce);
        ReadOnlySpan<byte> opening = said.Span[..Math.Min(said.Length, MutualProof.OpeningLength)];
        ReadOnlySpan<byte> code = said.Span[opening.Length..];
        try
        {
            byte[] ours = proof.Answer(opening);
            proof.Verify(code);
            FuzzTargets.Require(!code.SequenceEqual(ours), "our own proof is none of the peer");
        }
        catch (ProofException e)
        {
            FuzzTargets.RequirePlainLine(e.Message);
            return;
        }

        FuzzTargets.Require(
            code.SequenceEqual(Sha256.Authenticate(Secret, [.. opening, .. proof.Opening.Span])), "the code of both openings is the only proof");
    }

    private static void Exchange(ProofRole role, ReadOnlyMemory<byte> said)
    {
        using var stream = new SegmentedStream(said, static most => most);
        try
        {
            ProofExchange.RunAsync(stream, role, Secret, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ProofException e)
        {
            FuzzTargets.RequirePlainLine(e.Message);
            return;
        }

        FuzzTargets.Require(holds: false, "no bytes of before prove anything to a new random number");
    }
}
