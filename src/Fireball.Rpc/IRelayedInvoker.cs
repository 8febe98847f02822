using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>An invoker that a <see cref="RelayTarget"/> gives, with something to say about calls that fail.</summary>
public interface IRelayedInvoker
{
    /// <summary>Trailers that a relayed call gets in addition when it ends by a failure.</summary>
    Metadata FailureTrailers { get; }
}
