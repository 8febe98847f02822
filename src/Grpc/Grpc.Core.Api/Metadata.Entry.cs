using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with its value.</summary>
    public class Entry
    {
        // gRPC over HTTP/2: Header-Name -> 1*( %x30-39 / %x61-7A / "_" / "-" / ".") ; 0-9 a-z _ - .
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        /// <summary>An entry with a binary value; the key must end in "-bin".</summary>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalize(key);
            if (!IsBinary)
            {
                throw new ArgumentException($"The key of a binary value must end in {BinaryHeaderSuffix}.", nameof(key));
            }

            _valueBytes = (byte[])valueBytes.Clone();
        }

        /// <summary>An entry with a text value; the key must not end in "-bin".</summary>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalize(key);
            if (IsBinary)
            {
                throw new ArgumentException($"The key of a text value must not end in {BinaryHeaderSuffix}.", nameof(key));
            }

            _value = value;
        }

        /// <summary>The key in lower case.</summary>
        public string Key { get; }

        /// <summary>The value is binary.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The value as text.</summary>
        /// <exception cref="InvalidOperationException">It is binary.</exception>
        public string Value => _value ?? throw new InvalidOperationException("A binary value cannot be read as text.");

        /// <summary>A copy of the value's bytes.</summary>
        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(_value!) : (byte[])_valueBytes.Clone();

        /// <inheritdoc />
        public override string ToString() =>
            IsBinary ? $"[Entry: key={Key}, valueBytes={_valueBytes!.Length} bytes]" : $"[Entry: key={Key}, value={_value}]";

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException("A metadata key has letters, digits, '_', '-' and '.' only.", nameof(key));
            }

            return lower;
        }
    }
}
