namespace Fireball.Proof.Tests;

/// <summary>The mutual proof over streams.</summary>
public sealed class ProofExchangeTests
{
    private static readonly byte[] Secret = new byte[32];

    [Fact]
    public async Task Both_ends_end_with_it_and_not_a_byte_further()
    {
        await using var pair = new StreamPair();
        Task controller = RunAsync(pair.Near, ProofRole.Controller, Secret);
        await RunAsync(pair.Far, ProofRole.Agent, Secret);
        await pair.Far.WriteAsync("next"u8.ToArray());
        await controller;
        byte[] next = new byte[4];
        await pair.Near.ReadExactlyAsync(next);
        Assert.Equal("next"u8.ToArray(), next);
    }

    [Fact]
    public async Task Another_secret_fails_at_both_ends()
    {
        await using var pair = new StreamPair();
        Task controller = RunAsync(pair.Near, ProofRole.Controller, Secret);
        Task agent = RunAsync(pair.Far, ProofRole.Agent, new byte[32].Select(_ => (byte)1).ToArray());
        await Assert.ThrowsAsync<ProofException>(() => controller);
        await Assert.ThrowsAsync<ProofException>(() => agent);
    }

    [Fact]
    public async Task A_peer_that_speaks_something_else_is_told_nothing_but_the_opening()
    {
        await using var pair = new StreamPair();
        Task controller = RunAsync(pair.Near, ProofRole.Controller, Secret);
        await pair.Far.WriteAsync(Enumerable.Repeat((byte)0xff, MutualProof.OpeningLength).ToArray());
        await Assert.ThrowsAsync<ProofException>(() => controller);
        await pair.Near.DisposeAsync();
        var told = new MemoryStream();
        await pair.Far.CopyToAsync(told);
        Assert.Equal(MutualProof.OpeningLength, told.Length);
    }

    [Fact]
    public async Task A_peer_that_closes_is_told_of()
    {
        await using var pair = new StreamPair();
        Task controller = RunAsync(pair.Near, ProofRole.Controller, Secret);
        await pair.Far.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => controller);
    }

    [Fact]
    public async Task A_peer_that_keeps_silent_is_given_up_when_the_caller_does()
    {
        await using var pair = new StreamPair();
        using var cancel = new CancellationTokenSource();
        Task controller = ProofExchange.RunAsync(pair.Near, ProofRole.Controller, Secret, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => controller);
    }

    private static Task RunAsync(Stream stream, ProofRole role, byte[] secret) =>
        ProofExchange.RunAsync(stream, role, secret, CancellationToken.None);
}
