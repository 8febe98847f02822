namespace Fireball.Agent.Core;

/// <summary>Makes the server of owners' connections, ready to serve them.</summary>
/// <param name="service">What it serves.</param>
/// <param name="failed">Told of every exception that the service let escape, one line each.</param>
public delegate Task<IOwnerServer> StartOwnerServer(AgentCalls service, Action<string> failed);
