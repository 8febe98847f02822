using System.Globalization;
using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>Says from ssh's own words and exit status which step failed and why, in one line.</summary>
internal static class SshFailure
{
    /// <summary>ssh's own exit status for its own failures (ssh(1)).</summary>
    internal const int OwnFailure = 255;

    // The words of OpenSSH's sources, stable over its releases, with the step they belong to, and whether another try may
    // succeed. The first line of ssh's that holds one of them counts, except that a refusal of all credentials comes after
    // many lines of other kinds.
    private static readonly (string Words, ConnectPhase Phase, bool IsRetryable)[] Known =
    [
        ("Permission denied (", ConnectPhase.Authenticate, false),
        ("Too many authentication failures", ConnectPhase.Authenticate, false),
        ("No more authentication methods", ConnectPhase.Authenticate, false),
        ("account is not available", ConnectPhase.Authenticate, false),
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", ConnectPhase.Connect, false),
        ("Host key verification failed", ConnectPhase.Connect, false),
        ("Could not resolve hostname", ConnectPhase.Resolve, false),
        ("Name or service not known", ConnectPhase.Resolve, false),
        ("Unable to negotiate", ConnectPhase.Connect, false),
        ("no matching", ConnectPhase.Connect, false),
        ("kex_exchange_identification", ConnectPhase.Connect, true),
        ("banner exchange", ConnectPhase.Connect, true),
        ("Connection refused", ConnectPhase.Connect, true),
        ("Connection timed out", ConnectPhase.Connect, true),
        ("Operation timed out", ConnectPhase.Connect, true),
        ("No route to host", ConnectPhase.Connect, true),
        ("Network is unreachable", ConnectPhase.Connect, true),
        ("Bad configuration option", ConnectPhase.Connect, false),
        ("Bad owner or permissions", ConnectPhase.Connect, false),
        ("Connection reset", ConnectPhase.Connect, true),
        ("Connection closed", ConnectPhase.Connect, true),
    ];

    /// <summary>For a process that ended before the agent was ready.</summary>
    /// <param name="lines">ssh's standard error, with what the login shell wrote there.</param>
    /// <param name="exitCode">Its exit status.</param>
    /// <param name="phase">The step of the bootstrap that had been reached.</param>
    /// <param name="begun">The bootstrap had begun: whatever failed came after the login.</param>
    /// <param name="refusals">What the bootstrap had refused, as the end of a message.</param>
    internal static TunnelException Create(IReadOnlyList<string> lines, int exitCode, ConnectPhase phase, bool begun, string refusals)
    {
        if (exitCode == OwnFailure && !begun)
        {
            foreach (var (words, known, isRetryable) in Known)
            {
                if (lines.LastOrDefault(line => line.Contains(words, StringComparison.Ordinal)) is { } line)
                {
                    return new TunnelException(known, Explain(line, lines)) { IsRetryable = isRetryable };
                }
            }
        }

        string said = lines.Count == 0 ? "" : ": " + string.Join(" / ", lines.TakeLast(3));
        string status = exitCode.ToString(CultureInfo.InvariantCulture);
        if (exitCode == OwnFailure && !begun)
        {
            return new TunnelException(ConnectPhase.Connect, said.Length == 0 ? "ssh ended with status 255 and said nothing" : said[2..]);
        }

        return begun
            ? new TunnelException(phase, $"{Step(phase)} ended with status {status}{said}{refusals}") { IsRetryable = exitCode == OwnFailure }
            : new TunnelException(phase, $"the login shell did not run the bootstrap; it ended with status {status}{said}");
    }

    /// <summary>For a host key that is another than the known one.</summary>
    /// <param name="offending">Where the known one stands; null: nothing said so.</param>
    internal static string HostKeyChanged(string? offending) =>
        "host key verification failed: REMOTE HOST IDENTIFICATION HAS CHANGED"
        + (offending is null ? "" : $" ({offending})")
        + "; if the host was set up anew, remove the old key with ssh-keygen -R";

    /// <summary>For a host key that no known_hosts file and no answer has accepted.</summary>
    internal static string HostKeyRefused(string why) => why + " (connect once with ssh to check and accept the key)";

    /// <summary>Why a session that had an agent ended.</summary>
    internal static string Ended(IReadOnlyList<string> lines, int exitCode)
    {
        string? last = lines.LastOrDefault(line =>
            line.Contains("Timeout, server", StringComparison.Ordinal)
            || line.Contains("Connection", StringComparison.Ordinal)
            || line.Contains("Broken pipe", StringComparison.Ordinal)
            || line.Contains("disconnect", StringComparison.Ordinal)) ?? (lines.Count > 0 ? lines[^1] : null);
        string how = exitCode > 128 && exitCode != OwnFailure
            ? string.Create(CultureInfo.InvariantCulture, $"ssh ended by signal {exitCode - 128}")
            : string.Create(CultureInfo.InvariantCulture, $"ssh ended with status {exitCode}");
        return last is null ? how : $"{how}: {last}";
    }

    private static string Step(ConnectPhase phase) => phase switch
    {
        ConnectPhase.Upload => "the upload",
        ConnectPhase.Launch => "the agent",
        _ => "the bootstrap",
    };

    // A host key's refusal takes several lines; the one that says what to look at comes along.
    private static string Explain(string line, IReadOnlyList<string> lines)
    {
        if (line.Contains("REMOTE HOST IDENTIFICATION", StringComparison.Ordinal))
        {
            string? offending = lines.FirstOrDefault(l => l.StartsWith("Offending", StringComparison.Ordinal));
            return HostKeyChanged(offending);
        }

        if (line.Contains("Host key verification failed", StringComparison.Ordinal))
        {
            string? why = lines.LastOrDefault(l => l.Contains("host key is known", StringComparison.Ordinal));
            return HostKeyRefused(line.TrimEnd('.') + (why is null ? "" : ": " + why));
        }

        return line;
    }
}
