namespace Fireball.Linux;

/// <summary>What a process has said since the last batch, and its end. Give it back before the next is taken.</summary>
/// <param name="Segments">Output, at most 64 KiB in all.</param>
/// <param name="Exit">The process has exited, and all its output that counts is in this batch or was before it.</param>
/// <param name="OutputOpen">With Exit: another process still holds its output; what comes later is not read.</param>
public readonly record struct OutputBatch(IReadOnlyList<OutputSegment> Segments, ProcessExit? Exit, bool OutputOpen);
