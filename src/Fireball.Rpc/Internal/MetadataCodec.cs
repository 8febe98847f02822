using System.Text;
using Fireball.Rpc.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>Metadata to entries of an envelope and back.</summary>
internal static class MetadataCodec
{
    /// <summary>Metadata to entries.</summary>
    /// <exception cref="RpcException">A text value has other characters than printable ASCII.</exception>
    internal static void Write(Metadata? metadata, RepeatedField<MetadataEntry> entries)
    {
        for (var i = 0; i < (metadata?.Count ?? 0); i++)
        {
            var entry = metadata![i];
            ByteString value;
            if (entry.IsBinary)
            {
                value = UnsafeByteOperations.UnsafeWrap(entry.ValueBytes);
            }
            else if (IsPrintable(entry.Value))
            {
                value = UnsafeByteOperations.UnsafeWrap(Encoding.ASCII.GetBytes(entry.Value));
            }
            else
            {
                throw new RpcException(new Status(
                    StatusCode.Internal, $"the value of metadata \"{entry.Key}\" is not printable ASCII"));
            }

            entries.Add(new MetadataEntry { Key = entry.Key, Value = value });
        }
    }

    /// <summary>Entries to metadata.</summary>
    /// <exception cref="RpcProtocolException">A key or value is not as metadata may be.</exception>
    internal static Metadata Read(RepeatedField<MetadataEntry> entries)
    {
        var metadata = new Metadata();
        foreach (var entry in entries)
        {
            try
            {
                if (entry.Key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
                {
                    metadata.Add(entry.Key, entry.Value.ToByteArray());
                    continue;
                }

                // The key first: what is said of the value names it.
                var text = Encoding.Latin1.GetString(entry.Value.Span);
                metadata.Add(entry.Key, text);
                if (!IsPrintable(text))
                {
                    throw new RpcProtocolException($"the value of metadata \"{entry.Key}\" is not printable ASCII");
                }
            }
            catch (ArgumentException failure)
            {
                throw new RpcProtocolException("metadata with a key that is none", failure);
            }
        }

        return metadata;
    }

    private static bool IsPrintable(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
