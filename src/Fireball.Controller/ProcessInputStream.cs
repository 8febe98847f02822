using Fireball.Linux;

namespace Fireball.Controller;

/// <summary>Standard input of a <see cref="FireballProcess"/> as a stream.</summary>
internal sealed class ProcessInputStream(FireballProcess process) : WriteOnlyStream
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await process.WriteInputAsync(buffer, cancellationToken).ConfigureAwait(false);

    public override async ValueTask DisposeAsync()
    {
        await process.EndInputAsync(CancellationToken.None).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
