using Fireball.Controller;
using Fireball.Deploy;
using Fireball.Linux;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve.Client;

/// <summary>
/// A host by way of the background process. Calls go out at once, in the hope that the host is connected; where it is
/// not, the process says so, is asked to connect it, and the call is made again.
/// </summary>
public sealed class ServedLink : IHostLink
{
    private readonly ServeStarter _starter;
    private readonly HostSpec _spec;
    private readonly Func<IPrompter?> _findPrompter;
    private readonly IProgress<string>? _progress;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ServeClient? _client;
    private CallInvoker? _invoker;

    /// <summary>Nothing is connected before the first call.</summary>
    /// <param name="starter">Reaches the background process.</param>
    /// <param name="spec">The host.</param>
    /// <param name="findPrompter">Finds who answers what ssh asks, when there is something to connect; null: questions fail.</param>
    /// <param name="progress">Told what is happening while connecting.</param>
    public ServedLink(ServeStarter starter, HostSpec spec, Func<IPrompter?> findPrompter, IProgress<string>? progress)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _starter = starter;
        _spec = spec;
        _findPrompter = findPrompter;
        _progress = progress;
    }

    /// <summary>Connects the host, or finds it connected.</summary>
    /// <exception cref="ConnectException">With the step that failed.</exception>
    public async Task<HostState> ConnectHostAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ServeClient client = await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await ConnectHostAsync(client, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets the host's agent leave and closes the connection.</summary>
    /// <returns>How many commands had to be killed.</returns>
    /// <exception cref="RpcException">NOT_FOUND: it is not connected; others: the agent did not answer.</exception>
    public async Task<uint> DisconnectHostAsync(bool removeExecutable, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ServeClient client = await OpenAsync(cancellationToken).ConfigureAwait(false);
            DisconnectResponse response = await new V1.ControllerService.ControllerServiceClient(client.Invoker).DisconnectAsync(
                new DisconnectRequest { Host = _spec, RemoveExecutable = removeExecutable },
                cancellationToken: cancellationToken).ConfigureAwait(false);
            return response.Summary?.Killed ?? 0;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask<CallInvoker> GetInvokerAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _invoker) is { } invoker)
        {
            return invoker;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            return _invoker!;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> MendAsync(
        CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (attempt >= ConnectPolicy.ServedCallAttempts)
        {
            return false;
        }

        if (failure.Status.DebugException is IOException { InnerException: TimeoutException } silence)
        {
            // It is there, and would be as silent again.
            throw new ConnectException(_spec.Destination, "serve", silence.Message, failure);
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Where the process itself did not say it, it is the process that is gone.
            if (failure.Trailers.Get(ServeMetadata.NotConnected) is null && ReferenceEquals(used, _invoker))
            {
                await CloseAsync().ConfigureAwait(false);
            }

            ServeClient client = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await ConnectHostAsync(client, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public string? AgentOf(CallInvoker used, RpcException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Trailers.GetValue(ServeMetadata.Agent);
    }

    /// <inheritdoc />
    public async Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken)
    {
        await ConnectHostAsync(cancellationToken).ConfigureAwait(false);
        return new ShutdownResponse
        {
            Killed = await DisconnectHostAsync(removeExecutable, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async ValueTask CloseAsync()
    {
        _invoker = null;
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<ServeClient> OpenAsync(CancellationToken cancellationToken)
    {
        if (_client is { } open)
        {
            return open;
        }

        try
        {
            Descriptor socket = await _starter.ConnectAsync(cancellationToken).ConfigureAwait(false);
            ServeClient client = await ServeClient.OpenAsync(socket, cancellationToken).ConfigureAwait(false);
            _client = client;
            Volatile.Write(ref _invoker, client.InvokerFor(HostKey.Of(_spec)));
            return client;
        }
        catch (IOException failure)
        {
            throw new ConnectException(_spec.Destination, "serve", failure.Message, failure);
        }
    }

    private async Task<HostState> ConnectHostAsync(ServeClient client, CancellationToken cancellationToken)
    {
        IPrompter? prompter = _findPrompter();
        _spec.Interactive = prompter is not null;
        using AsyncDuplexStreamingCall<ConnectRequest, ConnectResponse> call =
            new V1.ControllerService.ControllerServiceClient(client.Invoker).Connect(cancellationToken: cancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(new ConnectRequest { Host = _spec }, cancellationToken).ConfigureAwait(false);
            while (await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                ConnectResponse response = call.ResponseStream.Current;
                switch (response.StepCase)
                {
                    case ConnectResponse.StepOneofCase.Progress:
                        _progress?.Report(response.Progress);
                        break;
                    case ConnectResponse.StepOneofCase.Prompt:
                        await AnswerAsync(prompter, call.RequestStream, response.Prompt, cancellationToken).ConfigureAwait(false);
                        break;
                    case ConnectResponse.StepOneofCase.Connected:
                        return response.Connected;
                }
            }

            throw new ConnectException(_spec.Destination, "serve", "the background process ended the call without an answer");
        }
        catch (RpcException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string phase = failure.Trailers.GetValue(ServeMetadata.Phase) ?? "serve";
            throw new ConnectException(_spec.Destination, phase, failure.Status.Detail, failure)
            {
                IsRetryable = failure.StatusCode == StatusCode.Unavailable,
            };
        }
    }

    private static async Task AnswerAsync(
        IPrompter? prompter,
        IClientStreamWriter<ConnectRequest> requests,
        Prompt prompt,
        CancellationToken cancellationToken)
    {
        PromptKind kind = prompt.Kind switch
        {
            Prompt.Types.Kind.Confirm => PromptKind.Confirm,
            Prompt.Types.Kind.Notice => PromptKind.Notice,
            _ => PromptKind.Secret,
        };
        string? value = prompter is null
            ? null
            : await prompter.AskAsync(new Question(kind, prompt.Text), cancellationToken).ConfigureAwait(false);
        if (kind == PromptKind.Notice)
        {
            return;
        }

        var answer = new PromptAnswer();
        if (value is not null)
        {
            answer.Value = value;
        }

        await requests.WriteAsync(new ConnectRequest { Answer = answer }, cancellationToken).ConfigureAwait(false);
    }
}
