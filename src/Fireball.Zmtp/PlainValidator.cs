namespace Fireball.Zmtp;

/// <summary>Decides whether a PLAIN client may enter; see <see cref="PlainCredentials.Matches"/>.</summary>
public delegate bool PlainValidator(ReadOnlySpan<byte> username, ReadOnlySpan<byte> password);
