namespace Fireball.TestSupport;

/// <summary>What a peer has received on a connection.</summary>
/// <param name="Headers">HEADERS frames.</param>
/// <param name="DataBytes">Bytes in DATA frames.</param>
/// <param name="GoAway">The error code (RFC 9113, 7) of the last GOAWAY; null: none came.</param>
/// <param name="Reset">The connection was reset, or closed by this peer; otherwise the other side has ended it in order.</param>
public sealed record Http2Received(int Headers, long DataBytes, int? GoAway, bool Reset);
