using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// Chooses where a call of a method that no service here has is relayed to. The call is then passed on as raw bytes,
/// whatever its kind: headers, messages, half-close, trailers, status, deadline, cancellation and back-pressure, both ways.
/// </summary>
/// <param name="method">The method, "/package.Service/Method".</param>
/// <param name="headers">The client's metadata.</param>
/// <param name="cancellationToken">The call's.</param>
/// <returns>Any invoker, mostly an <see cref="RpcChannel"/>'s; null: the method is not known here.</returns>
public delegate ValueTask<CallInvoker?> RelayTarget(string method, Metadata headers, CancellationToken cancellationToken);
