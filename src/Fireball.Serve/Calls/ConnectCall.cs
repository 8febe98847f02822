using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>Controller.Connect: the one call that can answer what ssh asks.</summary>
internal sealed class ConnectCall(
    HostTable hosts, IAsyncStreamReader<ConnectRequest> requests, IServerStreamWriter<ConnectResponse> responses)
{
    /// <summary>
    /// How long a host is kept for the first call after it was connected, whatever its persist (controller.proto): long for a
    /// caller on its way, short for a host that is then not used.
    /// </summary>
    private static readonly TimeSpan FirstCallLimit = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        BadRequestException.Unless(
            await requests.MoveNext(cancellationToken) && requests.Current.Host is not null, "host", "missing; the first request names it");
        HostSpec spec = requests.Current.Host;
        HostRules.Check(spec, "host");
        HostEntry entry = hosts.Acquire(spec);
        try
        {
            using var conversation = new Conversation(requests, responses, cancellationToken);
            await hosts.ConnectAsync(entry, spec, spec.Interactive ? conversation : null, conversation, cancellationToken);
            await conversation.EndAsync(new ConnectResponse { Connected = entry.Describe() });
        }
        finally
        {
            hosts.Release(entry, FirstCallLimit);
        }
    }
}
