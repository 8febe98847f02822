namespace Fireball.Zmtp.NetMQ;

/// <summary>A frame to be sent. Its bytes are not written to any more.</summary>
internal readonly record struct Frame(byte[] Array, int Offset, int Length, bool More);
