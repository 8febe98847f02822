namespace Fireball.Linux;

/// <summary>Bytes of an <see cref="OutputBatch"/> that came from one stream, in the order they were read.</summary>
/// <param name="IsError">From standard error; otherwise from standard output.</param>
/// <param name="Bytes">The bytes; valid until the batch is returned.</param>
public readonly record struct OutputSegment(bool IsError, ReadOnlyMemory<byte> Bytes);
