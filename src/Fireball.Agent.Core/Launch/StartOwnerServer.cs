namespace Fireball.Agent.Core;

/// <summary>Makes the server of owners' connections, ready to serve them.</summary>
/// <param name="service">What it serves.</param>
/// <param name="secret">What owners show: 64 lower-case hexadecimal digits.</param>
/// <param name="failed">Told of every exception that the service let escape, one line each.</param>
public delegate Task<IOwnerServer> StartOwnerServer(AgentCalls service, string secret, Action<string> failed);
