namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>Runs when nothing else does: NetMQ's cleanup ends the sockets of the whole process.</summary>
[CollectionDefinition(nameof(CleanupCollection), DisableParallelization = true)]
public sealed class CleanupCollection;
