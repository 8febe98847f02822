using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net;

/// <summary>The encodings one side knows, gRPC over HTTP/2 "Message-Encoding" and compression.md.</summary>
internal sealed class MessageCompression
{
    private readonly Dictionary<string, ICompressionProvider> _providers;

    /// <summary>These encodings.</summary>
    /// <param name="providers">Null: gzip.</param>
    public MessageCompression(IEnumerable<ICompressionProvider>? providers)
    {
        _providers = (providers ?? [new GzipCompressionProvider(CompressionLevel.Fastest)])
            .ToDictionary(provider => provider.EncodingName, StringComparer.Ordinal);
        AcceptEncoding = string.Join(',', _providers.Keys.Prepend(HeaderNames.Identity));
    }

    /// <summary>What this side sends as grpc-accept-encoding.</summary>
    public string AcceptEncoding { get; }

    /// <summary>Null: identity, or not known; see <see cref="Knows"/>.</summary>
    public ICompressionProvider? Find(string? encoding) =>
        encoding is not null && _providers.TryGetValue(encoding, out var provider) ? provider : null;

    public bool Knows(string? encoding) =>
        encoding is null || encoding == HeaderNames.Identity || _providers.ContainsKey(encoding);

    /// <summary>An encoding stands in a list such as "identity, gzip".</summary>
    public static bool IsAccepted(string? acceptEncoding, string encoding)
    {
        foreach (var range in acceptEncoding.AsSpan().Split(','))
        {
            if (acceptEncoding.AsSpan(range).Trim().SequenceEqual(encoding))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a message as its prefix says it is packed.</summary>
    /// <remarks>The limit is what it may have unpacked, in bytes; null: any number.</remarks>
    /// <exception cref="ProtocolException">It is no such message, larger, or compressed in an unnamed way.</exception>
    public static T Read<T>(
        PayloadContext context, Marshaller<T> marshaller, in ReadOnlySequence<byte> payload, bool compressed,
        ICompressionProvider? encoding, int? limit)
    {
        if (!compressed)
        {
            return context.Read(marshaller, payload);
        }

        if (encoding is null)
        {
            throw new ProtocolException("A message has its compressed flag set, but no grpc-encoding was named.");
        }

        var unpacked = Unpack(payload, encoding, limit);
        try
        {
            return context.Read(marshaller, new ReadOnlySequence<byte>(unpacked.Written));
        }
        finally
        {
            unpacked.Release();
        }
    }

    private static PooledBuffer Unpack(in ReadOnlySequence<byte> payload, ICompressionProvider encoding, int? limit)
    {
        var packed = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        // 4 times: arbitrary; it grows as needed, up to the limit and no further.
        var result = new PooledBuffer(
            (int)Math.Min(4 * payload.Length + 64, limit ?? Array.MaxLength), limit ?? Array.MaxLength);
        try
        {
            payload.CopyTo(packed);
            using var stream = encoding.CreateDecompressionStream(
                new MemoryStream(packed, 0, (int)payload.Length, writable: false));
            while (true)
            {
                var read = stream.Read(result.GetSpan());
                if (read == 0)
                {
                    return result;
                }

                result.Advance(read);
            }
        }
        catch (InvalidDataException e)
        {
            result.Release();
            throw new ProtocolException($"A message's {encoding.EncodingName} data is damaged: {e.Message}");
        }
        catch
        {
            result.Release();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }
}
