using Fireball.Linux;
using Microsoft.AspNetCore.Connections;

namespace Fireball.Kestrel;

/// <summary>
/// What the peer sends, with the errors that Kestrel expects of a transport, and word of the end as soon as it is seen.
/// </summary>
/// <param name="inner">The stream; it belongs to the connection.</param>
/// <param name="ended">Called when the peer's end or a failure was seen, each time one is.</param>
internal sealed class StreamInput(Stream inner, Action ended) : ReadOnlyStream
{
    /// <summary>The peer has closed its side, or the connection has failed.</summary>
    internal bool HasEnded { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0 && buffer.Length > 0)
            {
                End();
            }

            return count;
        }
        catch (ObjectDisposedException failure)
        {
            End();
            throw new ConnectionAbortedException("the connection was closed here", failure);
        }
        catch (IOException failure)
        {
            End();
            throw new ConnectionResetException(failure.Message, failure);
        }
    }

    private void End()
    {
        HasEnded = true;
        ended();
    }
}
