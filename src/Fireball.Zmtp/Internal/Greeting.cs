namespace Fireball.Zmtp;

/// <summary>The first 64 bytes each peer sends, RFC 37 "The Greeting".</summary>
/// <remarks>
/// <code>
/// offset  size  field
///      0    10  signature: FF, 8 bytes of padding (any value), 7F
///     10     1  version, major: 03
///     11     1  version, minor: 01
///     12    20  mechanism: ASCII, upper case, padded with 00
///     32     1  as-server: 00 or 01
///     33    31  filler: 00
/// </code>
/// </remarks>
internal readonly record struct Greeting(byte Major, byte Minor, string Mechanism, bool AsServer)
{
    public const int Size = 64;
    private const int MechanismOffset = 12;
    private const int MechanismSize = 20;
    private const int AsServerOffset = 32;

    /// <summary>Writes the greeting of a ZMTP 3.1 peer; <paramref name="destination"/> has <see cref="Size"/> bytes.</summary>
    public static void Write(Span<byte> destination, MechanismKind mechanism, bool asServer)
    {
        destination[..Size].Clear();
        destination[0] = 0xFF;
        // libzmq puts 1 here: in ZMTP 1.0 the nine bytes read as a long frame of an empty identity.
        destination[8] = 0x01;
        destination[9] = 0x7F;
        destination[10] = 3;
        destination[11] = 1;
        MechanismName(mechanism).CopyTo(destination[MechanismOffset..]);
        destination[AsServerOffset] = asServer ? (byte)1 : (byte)0;
    }

    /// <summary>Parses a greeting; refuses it at the first byte that cannot belong to one.</summary>
    public static ParseStatus TryParse(ReadOnlySpan<byte> input, out Greeting greeting, out string reason)
    {
        greeting = default;
        reason = "";
        if (input.Length > 0 && input[0] != 0xFF || input.Length > 9 && input[9] != 0x7F)
        {
            reason = "the peer does not speak ZMTP: no signature at the start";
            return ParseStatus.Invalid;
        }

        if (input.Length > 10 && input[10] < 3)
        {
            reason = $"the peer speaks ZMTP revision {input[10]}, this needs 3.0 or later";
            return ParseStatus.Invalid;
        }

        if (input.Length < Size)
        {
            return ParseStatus.Incomplete;
        }

        var (major, minor) = (input[10], input[11]);
        var mechanism = input.Slice(MechanismOffset, MechanismSize).TrimEnd((byte)0);
        // RFC 37: mechanism-char is upper case, digits, "-" "_" "." "+".
        if (mechanism.IsEmpty || mechanism.ContainsAnyExcept(MechanismCharacters))
        {
            reason = "the greeting's mechanism is not a name";
            return ParseStatus.Invalid;
        }

        // A later version may give the filler a meaning; in ours it is zero.
        var ofOurVersion = major == 3 && minor <= 1;
        if (input[AsServerOffset] > 1
            || ofOurVersion && input[(AsServerOffset + 1)..Size].ContainsAnyExcept((byte)0))
        {
            reason = "the greeting has reserved bits set";
            return ParseStatus.Invalid;
        }

        greeting = new Greeting(
            major, minor, System.Text.Encoding.ASCII.GetString(mechanism), input[AsServerOffset] == 1);
        return ParseStatus.Complete;
    }

    public static ReadOnlySpan<byte> MechanismName(MechanismKind kind) =>
        kind == MechanismKind.Plain ? "PLAIN"u8 : "NULL"u8;

    private static readonly System.Buffers.SearchValues<byte> MechanismCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+"u8);
}
