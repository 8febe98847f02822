using Fireball.Agent.Core;
using Fireball.Files;
using Fireball.V1;

namespace Fireball.TestSupport;

/// <summary>The same with real files, below a directory of this machine.</summary>
public sealed class FakeFileAgent(string home) : FakeAgent
{
    private readonly FileService _files = new(PathBytes.FromText(home), journal: null);

    /// <summary>Completes with the first put.</summary>
    public TaskCompletionSource Putting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What gets are answered with, whatever they ask for; null: the files that are there.</summary>
    public IReadOnlyList<FileRecord>? Answer { get; set; }

    public override Task Put(
        IAsyncStreamReader<PutRequest> requestStream, IServerStreamWriter<PutResponse> responseStream, ServerCallContext context)
    {
        Putting.TrySetResult();
        return _files.PutAsync(requestStream, responseStream, context);
    }

    public override Task Get(GetRequest request, IServerStreamWriter<GetResponse> responseStream, ServerCallContext context) =>
        Answer is { } records
            ? responseStream.WriteAsync(new GetResponse { Records = { records }, Summary = new FileSummary() })
            : _files.GetAsync(request, responseStream, context);

    public override Task<StatResponse> Stat(StatRequest request, ServerCallContext context) =>
        Task.FromResult(_files.Stat(request));
}
