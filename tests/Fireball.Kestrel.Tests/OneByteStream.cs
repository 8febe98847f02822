using Fireball.Linux;

namespace Fireball.Kestrel.Tests;

/// <summary>Passes everything on in segments of one byte, in both directions.</summary>
internal sealed class OneByteStream(Stream inner) : DelegatingStream(inner)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer.Length > 1 ? buffer[..1] : buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < buffer.Length; i++)
        {
            await base.WriteAsync(buffer.Slice(i, 1), cancellationToken);
        }
    }
}
