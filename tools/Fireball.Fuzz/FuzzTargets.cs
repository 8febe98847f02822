namespace Fireball.Fuzz;

/// <summary>
/// The targets by name. Each takes any bytes and ends; it throws only where a parser threw what it does not document, or where
/// what it made of the bytes cannot be.
/// </summary>
internal static class FuzzTargets
{
    internal static readonly IReadOnlyDictionary<string, Action<byte[]>> All =
        new SortedDictionary<string, Action<byte[]>>(StringComparer.Ordinal)
        {
            ["arguments"] = ArgumentsTarget.Run,
            ["bootstrap"] = BootstrapTarget.Run,
            ["file-records"] = FileRecordsTarget.Run,
            ["manifest"] = ManifestTarget.Run,
            ["process"] = ProcessTarget.Run,
            ["proof"] = ProofTarget.Run,
            ["rpc-envelope"] = RpcEnvelopeTarget.Run,
            ["text"] = TextTarget.Run,
            ["zmtp-parts"] = ZmtpPartsTarget.Run,
            ["zmtp-stream"] = ZmtpStreamTarget.Run,
        };

    /// <summary>What has to hold of what a parser made.</summary>
    internal static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException("does not hold: " + what);
        }
    }

    /// <summary>One line, of which a terminal shows every character.</summary>
    internal static void RequirePlainLine(string text) => Require(!text.Any(char.IsControl), "a line without control characters");
}
