namespace Fireball.Zmtp;

/// <summary>The first byte of a frame, RFC 37 "Framing".</summary>
[Flags]
internal enum FrameFlags : byte
{
    /// <summary>A short frame, the last of its message.</summary>
    None = 0,

    /// <summary>More frames of the same message follow.</summary>
    More = 1,

    /// <summary>The length takes 8 bytes instead of 1.</summary>
    Long = 2,

    /// <summary>The frame is a command, not part of a message.</summary>
    Command = 4,
}
