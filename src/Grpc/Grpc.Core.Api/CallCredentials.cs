namespace Grpc.Core;

/// <summary>Credentials of a single call. The transports of Fireball authenticate connections and take none.</summary>
public abstract class CallCredentials
{
}
