using Fireball.Deploy;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>What ssh asks and what is happening, on its way to the person at the command in front, and the answers.</summary>
internal sealed class Conversation(
    IAsyncStreamReader<ConnectRequest> requests,
    IServerStreamWriter<ConnectResponse> responses,
    CancellationToken cancellationToken) : IPrompter, IProgress<string>, IDisposable
{
    // One question or line at a time, in order.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private Task _progress = Task.CompletedTask;

    public async ValueTask<string?> AskAsync(Question prompt, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var message = new Prompt
            {
                Text = prompt.Text,
                Kind = prompt.Kind switch
                {
                    PromptKind.Confirm => Prompt.Types.Kind.Confirm,
                    PromptKind.Notice => Prompt.Types.Kind.Notice,
                    _ => Prompt.Types.Kind.Secret,
                },
            };
            await responses.WriteAsync(new ConnectResponse { Prompt = message }, cancellationToken).ConfigureAwait(false);
            if (prompt.Kind == PromptKind.Notice)
            {
                return null;
            }

            return await requests.MoveNext(cancellationToken).ConfigureAwait(false)
                && requests.Current.Answer is { HasValue: true } answer
                    ? answer.Value
                    : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lines of progress leave in the order in which they came, without making the connecting wait.</summary>
    public void Report(string value)
    {
        lock (_lock)
        {
            _progress = SendAsync(_progress, new ConnectResponse { Progress = value });
        }
    }

    /// <summary>The last response, after all lines of progress.</summary>
    public async Task EndAsync(ConnectResponse last)
    {
        Task progress;
        lock (_lock)
        {
            progress = _progress;
        }

        await progress.ConfigureAwait(false);
        await responses.WriteAsync(last, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _turn.Dispose();

    private async Task SendAsync(Task before, ConnectResponse response)
    {
        await before.ConfigureAwait(false);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await responses.WriteAsync(response, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
