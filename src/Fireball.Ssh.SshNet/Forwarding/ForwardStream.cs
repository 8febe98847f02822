using Fireball.Linux;

namespace Fireball.Ssh.SshNet;

/// <summary>A channel as a stream. One reader and one writer at a time; disposed from anywhere.</summary>
internal sealed class ForwardStream(ForwardChannel channel) : AsyncStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        channel.Received.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        channel.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            channel.Dispose();
        }

        base.Dispose(disposing);
    }
}
