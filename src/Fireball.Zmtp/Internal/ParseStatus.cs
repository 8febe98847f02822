namespace Fireball.Zmtp;

/// <summary>What a parser found. Parsers are pure: they neither read nor throw.</summary>
internal enum ParseStatus
{
    /// <summary>All well so far, but more bytes are needed.</summary>
    Incomplete,

    /// <summary>Parsed.</summary>
    Complete,

    /// <summary>No continuation can make this valid; the accompanying reason says why.</summary>
    Invalid,
}
