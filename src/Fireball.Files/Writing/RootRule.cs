namespace Fireball.Files;

/// <summary>What the first entry of a source may be, when the other side chooses it and is not trusted.</summary>
public enum RootRule
{
    /// <summary>Anything.</summary>
    Any,

    /// <summary>
    /// No symbolic link in the target's own place: the next copy to the same target would go through it, to wherever the other side
    /// said. Below an existing directory it may be one, since nothing follows it there.
    /// </summary>
    NoLinkAsTarget,

    /// <summary>A directory: the source was named as one.</summary>
    Directory,
}
