using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>Tells failures of calls that surely never reached a service, which are safe to send again, from others.</summary>
public static class NotStarted
{
    /// <summary>Key of the trailer that marks such a failure.</summary>
    public const string Key = "fireball-not-started";

    internal static readonly Metadata Trailers = new() { { Key, "1" } };

    /// <summary>True: no service has seen the call.</summary>
    public static bool Applies(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Trailers.Get(Key) is not null;
    }
}
