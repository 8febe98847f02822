using Fireball.Linux;

namespace Fireball.Controller;

/// <summary>One entry that was not copied.</summary>
/// <param name="OnHost">True: it failed on the host; false: on this machine.</param>
/// <param name="Path">Its path on the side that failed: exact bytes, not fit for a terminal.</param>
/// <param name="Errno">The kernel's error number on that side; 0 where the reason is not the kernel's.</param>
/// <param name="Message">Why, one line; not fit for a terminal where it is the host's.</param>
public sealed record CopyFailure(bool OnHost, byte[] Path, int Errno, string Message)
{
    /// <summary>Path and reason as one line that a terminal can be given.</summary>
    public string ToTerminalText() => $"{TerminalText.Escape(Path)}: {TerminalText.Escape(Message)}";
}
