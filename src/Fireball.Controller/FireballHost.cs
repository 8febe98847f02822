using Fireball.Files;
using Fireball.Rpc;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>
/// One host with an agent on it. One connection carries any number of calls at a time; where it was lost, the next call
/// makes another. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// await using var host = await FireballHost.ConnectAsync("web1");
/// ExecResult result = await host.ExecAsync(ExecCommand.Of("uname", "-a"));
/// </code>
/// </example>
public sealed partial class FireballHost : IAsyncDisposable
{
    private readonly IHostLink _link;

    private FireballHost(string name, IHostLink link)
    {
        Name = name;
        _link = link;
    }

    /// <summary>The host, as the caller named it.</summary>
    public string Name { get; }

    /// <summary>Connects a host over an ssh of its own: bootstraps the agent and reaches it.</summary>
    /// <param name="destination">As ssh takes it: "web1", "user@web1", "ssh://user@web1:2222".</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellationToken">Stops connecting.</param>
    /// <exception cref="ConnectException">With the step that failed and why.</exception>
    public static async Task<FireballHost> ConnectAsync(
        string destination, FireballOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        options ??= new FireballOptions();
        var connection = new HostLink(destination, options);
        try
        {
            await connection.ConnectAsync(options.Prompter, options.Progress, cancellationToken).ConfigureAwait(false);
            return new FireballHost(destination, connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A host that calls reach over this invoker, which the caller keeps.</summary>
    public static FireballHost FromInvoker(CallInvoker invoker, string name) => new(name, new InvokerLink(invoker));

    /// <summary>A host reached over this link, which is disposed with the host.</summary>
    public static FireballHost FromLink(IHostLink link, string name) => new(name, link);

    /// <summary>Tells what a path on the host is.</summary>
    /// <summary>One round trip to the agent and back.</summary>
    public Task<PingResponse> PingAsync(CancellationToken cancellationToken = default) =>
        PingAsync(default, cancellationToken);

    /// <summary>One round trip to the agent and back, with bytes that come back in the answer.</summary>
    /// <param name="payload">At most 64 KiB; not changed until the answer is there.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<PingResponse> PingAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        var request = new PingRequest { Payload = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(payload) };
        return CallAsync(
            "ping",
            (client, cancel) => client.PingAsync(request, cancellationToken: cancel).ResponseAsync,
            cancellationToken);
    }

    /// <summary>
    /// Ends the agent: what still runs is killed, its socket and directory are removed. Returns when its processes have
    /// ended.
    /// </summary>
    /// <param name="removeExecutable">Remove the agent's executable too.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FireballException">The agent did not answer, or has not ended in time; it leaves by its lease.</exception>
    public async Task<ShutdownResponse> ShutdownAsync(bool removeExecutable = false, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _link.ShutdownAsync(removeExecutable, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new FireballException(Name, "shutdown", failure.Status.Detail, failure);
        }
    }

    /// <summary>Copies local files and trees to the host; see <see cref="FileCopy"/> for what names mean.</summary>
    /// <param name="sources">Local paths.</param>
    /// <param name="target">The path on the host; relative to the home directory.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Told after each message.</param>
    /// <param name="cancellationToken">Abandons the copy; old files stay.</param>
    /// <returns>What was copied, and what was not and why.</returns>
    /// <exception cref="FireballException">Nothing could be copied, or the connection was lost; old files stay.</exception>
    public Task<CopyResult> PutAsync(
        IReadOnlyList<string> sources,
        string target,
        CopyOptions? options = null,
        IProgress<CopyProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        CopyAsync(
            "put",
            (copy, cancel) => copy.PutAsync(
                [.. sources.Select(Linux.PosixText.Encode)], Linux.PosixText.Encode(target), options, progress, cancel),
            cancellationToken);

    /// <summary>Copies files and trees from the host; see <see cref="FileCopy"/> for what names mean.</summary>
    /// <param name="sources">Paths on the host; relative to the home directory.</param>
    /// <param name="target">The local path.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Told after each message.</param>
    /// <param name="cancellationToken">Abandons the copy; old files stay.</param>
    /// <returns>What was copied, and what was not and why.</returns>
    /// <exception cref="FireballException">Nothing could be copied, or the connection was lost; old files stay.</exception>
    public Task<CopyResult> GetAsync(
        IReadOnlyList<string> sources,
        string target,
        CopyOptions? options = null,
        IProgress<CopyProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        CopyAsync(
            "get",
            (copy, cancel) => copy.GetAsync(
                [.. sources.Select(Linux.PosixText.Encode)], Linux.PosixText.Encode(target), options, progress, cancel),
            cancellationToken);

    /// <summary>Closes the connection. With an ssh of its own: shuts the agent down first.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>
    /// Makes a call, and makes it again where it certainly did not reach the agent and the link could be mended.
    /// </summary>
    internal Task<T> CallAsync<T>(
        string operation, Func<AgentService.AgentServiceClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        InvokeAsync(operation, (invoker, cancel) => call(new AgentService.AgentServiceClient(invoker), cancel), cancellationToken);

    private async Task<T> InvokeAsync<T>(
        string operation, Func<CallInvoker, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        // By hand: the command's every call passes here, and a first pipeline costs 2.7 ms; see ConnectPolicy.
        for (int attempt = 1; ; attempt++)
        {
            CallInvoker invoker = await _link.GetInvokerAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await call(invoker, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!await MayRepeatAsync(invoker, failure, attempt, cancellationToken).ConfigureAwait(false))
                {
                    throw new FireballException(Name, operation, failure.Status.Detail, failure);
                }
            }
        }
    }

    private async Task<CopyResult> CopyAsync(
        string operation, Func<FileCopy, CancellationToken, Task<CopyResult>> copy, CancellationToken cancellationToken)
    {
        try
        {
            return await InvokeAsync(
                operation, (invoker, cancel) => copy(new FileCopy(invoker), cancel), cancellationToken).ConfigureAwait(false);
        }
        catch (FileCopyException failure)
        {
            throw new FireballException(Name, operation, failure.Message, failure);
        }
    }

    private async ValueTask<bool> MayRepeatAsync(
        CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken) =>
        NotStarted.Applies(failure)
        && await _link.MendAsync(used, failure, attempt, cancellationToken).ConfigureAwait(false);
}
