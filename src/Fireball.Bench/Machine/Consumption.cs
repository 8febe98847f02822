namespace Fireball.Bench;

/// <summary>What the controller's side has used.</summary>
/// <param name="Processor">Processor time of this process, of the programs that it ran to their end, and of the ssh processes that still run.</param>
/// <param name="Allocated">Bytes allocated on the managed heap.</param>
/// <param name="Wire">Bytes that ssh's TCP connections have carried; null: that cannot be seen.</param>
internal sealed record Consumption(TimeSpan Processor, long Allocated, (long Sent, long Received)? Wire);
