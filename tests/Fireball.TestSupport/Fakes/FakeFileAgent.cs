using Fireball.Agent.Core;
using Fireball.Files;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.TestSupport;

/// <summary>The same with real files, below a directory of this machine.</summary>
public sealed class FakeFileAgent(string home) : FakeAgent
{
    private readonly FileService _files = new(PathBytes.FromText(home), journal: null);

    /// <summary>Completes with the first put.</summary>
    public TaskCompletionSource Putting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What gets are answered with, whatever they ask for; null: the files that are there.</summary>
    public IReadOnlyList<FileRecord>? Answer { get; set; }

    /// <summary>Every path is one below the directory, as if that were the root of all.</summary>
    public bool IsContained { get; set; }

    public override Task Put(
        IAsyncStreamReader<PutRequest> requestStream, IServerStreamWriter<PutResponse> responseStream, ServerCallContext context)
    {
        Putting.TrySetResult();
        return _files.PutAsync(IsContained ? new ContainedPuts(requestStream, Contain) : requestStream, responseStream, context);
    }

    public override Task Get(GetRequest request, IServerStreamWriter<GetResponse> responseStream, ServerCallContext context) =>
        Answer is { } records
            ? responseStream.WriteAsync(new GetResponse { Records = { records }, Summary = new FileSummary() })
            : _files.GetAsync(new GetRequest { Source = Contain(request.Source) }, responseStream, context);

    public override Task<StatResponse> Stat(StatRequest request, ServerCallContext context) =>
        Task.FromResult(_files.Stat(new StatRequest { Path = Contain(request.Path), Follow = request.Follow }));

    // A slash at the end says that it is a directory.
    private ByteString Contain(ByteString path)
    {
        if (!IsContained)
        {
            return path;
        }

        var way = new Stack<string>();
        foreach (string component in PosixText.Decode(path.Span).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (component != "..")
            {
                way.Push(component);
            }
            else
            {
                _ = way.TryPop(out _);
            }
        }

        string end = path.Span.EndsWith("/"u8) ? "/" : "";
        return path.IsEmpty ? path : ByteString.CopyFrom(PosixText.Encode("./" + string.Join('/', way.Reverse()) + end));
    }

    private sealed class ContainedPuts(IAsyncStreamReader<PutRequest> inner, Func<ByteString, ByteString> contain) : IAsyncStreamReader<PutRequest>
    {
        public PutRequest Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await inner.MoveNext(cancellationToken))
            {
                return false;
            }

            if (Current.Start is { } start)
            {
                start.Target = contain(start.Target);
            }

            return true;
        }
    }
}
