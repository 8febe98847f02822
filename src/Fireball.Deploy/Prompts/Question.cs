namespace Fireball.Deploy;

/// <summary>A question of ssh.</summary>
/// <param name="Kind">What kind of answer it wants.</param>
/// <param name="Text">ssh's own words.</param>
public sealed record Question(PromptKind Kind, string Text);

/// <summary>What kind of answer a prompt wants (SSH_ASKPASS_PROMPT of ssh(1)).</summary>
public enum PromptKind
{
    /// <summary>A secret; not shown while typed.</summary>
    Secret,

    /// <summary>"yes" or "no".</summary>
    Confirm,

    /// <summary>None; the text is shown only.</summary>
    Notice,
}
