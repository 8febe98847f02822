using Fireball.Linux;

namespace Fireball.Rpc.Tests;

/// <summary>Delivers what another stream does, in pieces of random size: mostly small, sometimes a single byte.</summary>
internal sealed class CutStream(Stream inner, int seed) : DelegatingStream(inner)
{
    private readonly Random _random = new(seed);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, NextSize())], cancellationToken);

    // One in four reads gets 1 byte, one in four up to 16, the rest up to 64 KiB: headers are cut, bulk still moves.
    private int NextSize() => _random.Next(4) switch
    {
        0 => 1,
        1 => _random.Next(1, 17),
        _ => _random.Next(1, 64 * 1024),
    };
}
