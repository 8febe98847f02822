namespace Fireball.TestSupport;

/// <summary>A user that tests log in as.</summary>
/// <param name="Name">The login name.</param>
/// <param name="Uid">The user id.</param>
/// <param name="Home">The home directory.</param>
/// <param name="Password">Accepted where the server allows passwords; null: none.</param>
public sealed record LoginUser(string Name, uint Uid, string Home, string? Password);
