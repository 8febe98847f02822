namespace Fireball.Controller;

/// <summary>How far a copy is; reported once a message, some thousand times a GiB.</summary>
/// <param name="Files">Files whose end has been sent or received.</param>
/// <param name="Bytes">Data bytes sent or received, holes not counted.</param>
/// <param name="TotalBytes">Where known (one file), its length; a sparse one has fewer bytes to move.</param>
public readonly record struct CopyProgress(long Files, long Bytes, long? TotalBytes);
