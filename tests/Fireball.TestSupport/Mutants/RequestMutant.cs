namespace Fireball.TestSupport;

/// <summary>A call's requests as they go on the wire, right or wrong.</summary>
/// <param name="Name">What was done, or the seed and the round: enough to make it again.</param>
/// <param name="Requests">All of them, in order.</param>
public sealed record RequestMutant(string Name, IReadOnlyList<byte[]> Requests);
