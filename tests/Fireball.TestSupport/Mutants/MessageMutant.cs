using Google.Protobuf;

namespace Fireball.TestSupport;

/// <summary>A call's messages with one thing wrong.</summary>
/// <param name="Name">What was done, or the seed and the round: enough to make it again.</param>
/// <param name="Messages">All of them, in order.</param>
public sealed record MessageMutant(string Name, IReadOnlyList<IMessage> Messages);
