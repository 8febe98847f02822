namespace Fireball.Controller;

/// <summary>Some bytes that a command wrote. Valid until the next one is read.</summary>
/// <param name="IsError">They came from its standard error, not its standard output.</param>
/// <param name="Data">The bytes.</param>
public readonly record struct ExecOutput(bool IsError, ReadOnlyMemory<byte> Data);
