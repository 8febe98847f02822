namespace Fireball.Linux;

/// <summary>Permission bits of a file's mode (chmod(2)); C# has no octal numbers to write them as.</summary>
public static class PermissionBits
{
    /// <summary>07777: all that chmod sets.</summary>
    public const uint All = 0b111_111_111_111;

    /// <summary>0777: reading, writing and executing; all that a umask can take away.</summary>
    public const uint Access = 0b111_111_111;

    /// <summary>077: what the group and all others may do.</summary>
    public const uint Others = 0b111_111;

    /// <summary>022: the group or all others may write.</summary>
    public const uint WriteByOthers = 0b010_010;

    /// <summary>01000: of a directory, only the owner of a name in it, or its own, may rename or remove it.</summary>
    public const uint Sticky = 0b001_000_000_000;

    /// <summary>0700: a directory that only its owner may enter.</summary>
    public const uint PrivateDirectory = 0b111_000_000;

    /// <summary>0600: a file that only its owner may read and write.</summary>
    public const uint PrivateFile = 0b110_000_000;
}
