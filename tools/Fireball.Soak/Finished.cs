namespace Fireball.Soak;

/// <summary>A command's end.</summary>
/// <param name="Status">Its exit status; null: it hung, and was killed.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record Finished(int? Status, byte[] Output, string Error)
{
    /// <summary>The host was let go of while it ran ("fireball down"), which ends what still runs: SIGTERM's status, or SIGKILL's.</summary>
    public bool WasEnded => Status is 143 or 137;

    /// <summary>It failed as commands do: status 255, and one line that says why.</summary>
    public bool IsPlainFailure => Status == 255 && Error.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } lines
        && lines[^1].StartsWith("fireball: ", StringComparison.Ordinal) && lines.All(line => !line.StartsWith("   at ", StringComparison.Ordinal));
}
