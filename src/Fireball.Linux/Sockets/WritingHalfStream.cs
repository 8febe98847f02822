namespace Fireball.Linux;

/// <summary>The writing side of a <see cref="ReactorStream"/> as a stream of its own: disposing it ends only that side.</summary>
public sealed class WritingHalfStream(ReactorStream whole) : WriteOnlyStream
{
    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        whole.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            whole.CompleteWriting();
        }

        base.Dispose(disposing);
    }
}
