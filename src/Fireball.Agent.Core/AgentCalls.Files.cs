using Fireball.V1;
using Grpc.Core;

namespace Fireball.Agent.Core;

/// <content>Files: the calls as <see cref="FileService"/> answers them.</content>
public sealed partial class AgentCalls
{
    /// <inheritdoc/>
    public override async Task Put(
        IAsyncStreamReader<PutRequest> requestStream,
        IServerStreamWriter<PutResponse> responseStream,
        ServerCallContext context)
    {
        using var active = Activity.Enter();
        await _options.Files.PutAsync(requestStream, responseStream, context).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task Get(
        GetRequest request, IServerStreamWriter<GetResponse> responseStream, ServerCallContext context)
    {
        using var active = Activity.Enter();
        await _options.Files.GetAsync(request, responseStream, context).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<StatResponse> Stat(StatRequest request, ServerCallContext context)
    {
        using var active = Activity.Enter();
        return Task.FromResult(_options.Files.Stat(request));
    }
}
