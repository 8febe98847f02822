using Fireball.Agent.Services;
using Fireball.Files;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller.Tests;

/// <summary>The same with real files, below a directory of this machine.</summary>
internal sealed class FakeFileAgent(string home) : FakeAgent
{
    private readonly FileService _files = new(PathBytes.FromText(home), journal: null);

    /// <summary>Completes with the first put.</summary>
    public TaskCompletionSource Putting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task Put(
        IAsyncStreamReader<PutRequest> requestStream, IServerStreamWriter<PutResponse> responseStream, ServerCallContext context)
    {
        Putting.TrySetResult();
        return _files.PutAsync(requestStream, responseStream, context);
    }

    public override Task Get(GetRequest request, IServerStreamWriter<GetResponse> responseStream, ServerCallContext context) =>
        _files.GetAsync(request, responseStream, context);

    public override Task<StatResponse> Stat(StatRequest request, ServerCallContext context) =>
        Task.FromResult(_files.Stat(request));
}
