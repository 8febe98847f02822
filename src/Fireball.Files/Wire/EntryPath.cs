namespace Fireball.Files;

/// <summary>The rules for paths inside a stream; a peer that breaks them is refused, on either side.</summary>
internal static class EntryPath
{
    /// <summary>
    /// Splits a path into its directory (empty for one component) and its name. Null where it is fine, else what is
    /// wrong with it.
    /// </summary>
    public static string? Check(ReadOnlySpan<byte> path, out int directoryLength, out ReadOnlySpan<byte> name)
    {
        directoryLength = 0;
        name = path;
        if (path.IsEmpty)
        {
            return "an empty name";
        }

        if (path.Length > CopyLimits.PathLength)
        {
            return "a name that is too long";
        }

        if (path.Contains((byte)0))
        {
            return "a NUL in a name";
        }

        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> component = path[range];
            if (component.IsEmpty)
            {
                return path[0] == (byte)'/' ? "an absolute path" : "an empty component in a name";
            }

            if (component.SequenceEqual("."u8) || component.SequenceEqual(".."u8))
            {
                return "\".\" or \"..\" in a name";
            }
        }

        int slash = path.LastIndexOf((byte)'/');
        directoryLength = Math.Max(slash, 0);
        name = path[(slash + 1)..];
        return null;
    }
}
