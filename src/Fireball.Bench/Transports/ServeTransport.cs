using Grpc.Core;

namespace Fireball.Bench;

/// <summary>The gRPC API of `fireball serve`, as a program of any language calls it: each worker is a client of its own.</summary>
internal sealed class ServeTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => "serve";

    /// <inheritdoc/>
    public string Description => "the gRPC API of a fireball serve of this run's, a client for each worker";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works =>
        [WorkKinds.Exec, WorkKinds.Output, WorkKinds.Input, WorkKinds.Put, WorkKinds.Get, WorkKinds.OpenHost];

    /// <inheritdoc/>
    public async Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken) =>
        new ServeSession(host, await ServingProcess.StartAsync(Path.Combine(host.LocalDirectory, "serve"), cancellationToken));

    private sealed class ServeSession(BenchHost host, ServingProcess serving) : ITransportSession
    {
        public bool SharesMaster => false;

        public int? ServingProcessId => serving.ProcessId;

        public async Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken)
        {
            ApiClient[] clients = [.. Enumerable.Range(0, work.Concurrency).Select(_ => new ApiClient(serving.GrpcSocket, host))];
            async ValueTask CloseAsync()
            {
                // One after the other: each says good-bye to the hosts that it has opened.
                foreach (ApiClient client in clients)
                {
                    await client.DisposeAsync();
                }
            }

            try
            {
                return new Operation(await CallAsync(work, clients, cancellationToken), CloseAsync);
            }
            catch (RpcException failure)
            {
                await CloseAsync();
                throw new WorkFailedException(failure.Status.Detail, failure);
            }
        }

        public ValueTask DisposeAsync() => serving.DisposeAsync();

        private async Task<Func<int, CancellationToken, ValueTask>> CallAsync(WorkCase work, ApiClient[] clients, CancellationToken cancellationToken)
        {
            if (work.Kind == WorkKinds.OpenHost)
            {
                return (worker, cancel) => clients[worker].OpenHostAsync(cancel);
            }

            // The first call connects the host.
            await clients[0].ExecAsync(["/bin/true"], 0, cancellationToken);
            if (work.Kind == WorkKinds.Output)
            {
                string[] print = ["head", "-c", $"{work.Size}", "/dev/zero"];
                return (worker, cancel) => clients[worker].ExecAsync(print, work.Size, cancel);
            }

            if (work.Kind == WorkKinds.Input)
            {
                return (worker, cancel) => clients[worker].ExecWithInputAsync(["wc", "-c"], work.Size, cancel);
            }

            if (work.Kind == WorkKinds.Put)
            {
                string source = host.LocalFile(work.Size);
                return (worker, cancel) => clients[worker].PutAsync(source, $"{host.RemoteDirectory}/put-serve-{worker}", cancel);
            }

            if (work.Kind == WorkKinds.Get)
            {
                string source = await host.RemoteFileAsync(work.Size, cancellationToken);
                return (worker, cancel) => clients[worker].GetAsync(source, host.LocalTarget("serve", worker), work.Size, cancel);
            }

            return (worker, cancel) => clients[worker].ExecAsync(["/bin/true"], 0, cancel);
        }
    }
}
