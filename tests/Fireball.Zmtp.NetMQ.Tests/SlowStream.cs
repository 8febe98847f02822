using Fireball.Linux;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>A stream that is read a kibibyte at a time, each at its turn: a path narrower than the writer.</summary>
internal sealed class SlowStream(Stream inner) : DelegatingStream(inner)
{
    private const int Piece = 1024;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await base.ReadAsync(buffer[..Math.Min(buffer.Length, Piece)], cancellationToken);
    }
}
