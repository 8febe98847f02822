namespace Fireball.Bench;

/// <summary>A work under a load, whatever the transport.</summary>
/// <param name="Work">The work's name.</param>
/// <param name="Size">Bytes a call moves; null: none.</param>
/// <param name="Concurrency">Calls in flight.</param>
/// <param name="Rate">Calls a second, open loop; null: closed loop.</param>
/// <param name="RttMs">Time added to each round trip where that is not the run's own; null: it is.</param>
internal sealed record CaseKey(string Work, long? Size, int Concurrency, double? Rate, double? RttMs = null)
{
    /// <summary>"echo 4K", "exec".</summary>
    public string WorkAndSize => Size is { } size ? $"{Work} {ByteSize.Format(size)}" : Work;

    /// <summary>"1 in flight", "at 1000/s".</summary>
    public string Load => Rate is { } rate ? $"at {rate:0.###}/s" : $"{Concurrency} in flight";

    public override string ToString() => RttMs is { } rtt ? $"{WorkAndSize}, {Load}, {rtt:0.##} ms added to each round trip" : $"{WorkAndSize}, {Load}";
}
