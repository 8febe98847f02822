using System.Buffers;
using Grpc.Core;

namespace Grpc.Net;

/// <summary>Metadata as HTTP headers, gRPC over HTTP/2 "Custom-Metadata".</summary>
internal static class MetadataHeaders
{
    // Header-Name -> 1*( %x30-39 / %x61-7A / "_" / "-" / "."); HTTP's names may come in any case, and have more.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.");

    /// <summary>The value as it is sent: base64 without padding for a "-bin" key, else the text.</summary>
    /// <exception cref="ProtocolException">
    /// INTERNAL: the text is not ASCII-Value -> 1*( %x20-%x7E ). Sent all the same, a line break ends the whole connection.
    /// </exception>
    public static string Encode(Metadata.Entry entry)
    {
        if (entry.IsBinary)
        {
            return Convert.ToBase64String(entry.ValueBytes).TrimEnd('=');
        }

        return entry.Value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? throw new ProtocolException($"The value of the metadata '{entry.Key}' has characters other than printable ASCII; for these there are '-bin' keys.")
            : entry.Value;
    }

    /// <summary>Adds a received header; the protocol's own, and names that metadata cannot have, are left out.</summary>
    /// <remarks>Values of one "-bin" header may have been joined by commas on the way.</remarks>
    public static void Add(Metadata metadata, string name, string value)
    {
        if (HeaderNames.IsReserved(name) || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return;
        }

        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }

        foreach (var part in value.Split(','))
        {
            metadata.Add(name, DecodeBinary(part.Trim()));
        }
    }

    /// <summary>Base64 with or without padding.</summary>
    /// <exception cref="ProtocolException">It is neither.</exception>
    private static byte[] DecodeBinary(string text)
    {
        var padded = (text.Length % 4) switch
        {
            2 => text + "==",
            3 => text + "=",
            _ => text,
        };
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var length)
            ? bytes[..length]
            : throw new ProtocolException("The value of a binary metadata entry is not base64.");
    }
}
