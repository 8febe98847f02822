namespace Fireball.Serve;

/// <summary>The files of mutual TLS, all PEM.</summary>
/// <param name="Certificate">This server's certificate, with those between it and its root after it.</param>
/// <param name="Key">Its private key; this user's alone.</param>
/// <param name="ClientAuthority">The certificates that clients' are signed by; no other is accepted.</param>
public sealed record TlsFiles(string Certificate, string Key, string ClientAuthority);
