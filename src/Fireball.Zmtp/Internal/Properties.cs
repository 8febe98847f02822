using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Fireball.Zmtp;

/// <summary>The metadata of READY and INITIATE: a list of properties, RFC 37 "Connection Metadata".</summary>
/// <remarks>
/// <code>
/// size  field                     (repeated until the command ends)
///    1  length n of the name, 1 to 255
///    n  name: ASCII letters, digits, "-" "_" "." "+"; case-insensitive
///    4  length m of the value, big-endian, 0 to 2^31-1
///    m  value
/// </code>
/// </remarks>
internal static class Properties
{
    public const string SocketType = "Socket-Type";
    public const string Identity = "Identity";

    private static readonly SearchValues<byte> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+"u8);

    public static bool TryParse(
        ReadOnlySpan<byte> data, out Dictionary<string, ReadOnlyMemory<byte>> properties, out string reason)
    {
        properties = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.OrdinalIgnoreCase);
        reason = "";
        while (!data.IsEmpty)
        {
            int nameLength = data[0];
            if (nameLength == 0 || data.Length < 1 + nameLength + 4)
            {
                reason = "the metadata is cut short";
                return false;
            }

            var name = data.Slice(1, nameLength);
            if (name.ContainsAnyExcept(NameCharacters))
            {
                reason = "a property's name has characters a name cannot have";
                return false;
            }

            data = data[(1 + nameLength)..];
            var valueLength = BinaryPrimitives.ReadUInt32BigEndian(data);
            data = data[4..];
            if (valueLength > (uint)data.Length)
            {
                reason = "a property's value is longer than the metadata";
                return false;
            }

            if (!properties.TryAdd(Encoding.ASCII.GetString(name), data[..(int)valueLength].ToArray()))
            {
                reason = "a property is given twice";
                return false;
            }

            data = data[(int)valueLength..];
        }

        return true;
    }

    public static void Write(ArrayBufferWriter<byte> writer, string name, ReadOnlySpan<byte> value)
    {
        var span = writer.GetSpan(1 + name.Length + 4 + value.Length);
        span[0] = checked((byte)name.Length);
        Encoding.ASCII.GetBytes(name, span[1..]);
        BinaryPrimitives.WriteInt32BigEndian(span[(1 + name.Length)..], value.Length);
        value.CopyTo(span[(1 + name.Length + 4)..]);
        writer.Advance(1 + name.Length + 4 + value.Length);
    }
}
