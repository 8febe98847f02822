using System.Net.Sockets;
using System.Text;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// What no transport can be faster than: the bytes alone, through an `ssh -L` of the same kind, by blocking calls; for an
/// exec a 64-byte echo and then a posix_spawn of /bin/true on this machine. A connection for each worker.
/// </summary>
internal sealed class FloorTransport : ITransport
{
    /// <inheritdoc/>
    public string Name => TransportList.Floor;

    /// <inheritdoc/>
    public string Description => "raw bytes through ssh -L; an exec is an echo and a local posix_spawn";

    /// <inheritdoc/>
    public IReadOnlyList<WorkKind> Works =>
        [WorkKinds.Echo, WorkKinds.Exec, WorkKinds.Put, WorkKinds.Get, WorkKinds.PutTree, WorkKinds.GetTree];

    /// <inheritdoc/>
    public async Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken)
    {
        string local = Path.Combine(host.LocalDirectory, "floor");
        string remote = $"{host.RemoteDirectory}/floor";
        string program = await host.OwnProgramAsync(cancellationToken);

        // With a session of its own beside the forward; sshd leaves TCP_NODELAY off without one.
        SocketChild ssh = Programs.Start(
            [
                "ssh", .. host.SshArguments, "-o", "ControlPath=none", "-o", "ControlMaster=no", "-T",
                "-L", $"{local}:{remote}", "--", host.Destination, $"exec {program} {FloorServer.Verb} '{remote}'",
            ]);
        try
        {
            using var reader = new StreamReader(new NetworkStream(ssh.Channel), Encoding.UTF8);
            string? line = FloorServer.Ready;
            do
            {
                line = await reader.ReadLineAsync(cancellationToken);
            }
            while (line is not (null or FloorServer.Ready));

            return line is null
                ? throw new WorkFailedException("the floor's far end does not start on the host")
                : new FloorSession(host, ssh, local);
        }
        catch
        {
            await StopAsync(ssh);
            throw;
        }
    }

    private static async Task StopAsync(SocketChild ssh)
    {
        ssh.Dispose();
        ssh.Kill(Signal.Term);
        await ssh.WaitAsync();
    }

    private sealed class FloorSession(BenchHost host, SocketChild ssh, string local) : ITransportSession
    {
        private const int ExecEchoBytes = 64;

        public bool SharesMaster => false;

        public Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken)
        {
            bool exec = work.Kind == WorkKinds.Exec;
            bool put = work.Kind == WorkKinds.Put || work.Kind == WorkKinds.PutTree;
            bool get = work.Kind == WorkKinds.Get || work.Kind == WorkKinds.GetTree;
            long size = exec ? ExecEchoBytes : work.Kind.HasSize ? work.Size : FileTree.Bytes;
            if (size > int.MaxValue - FloorServer.HeaderBytes)
            {
                throw new WorkFailedException("the floor holds all bytes in memory: 2 GiB at most");
            }

            long up = get ? 0 : size;
            long down = put ? 1 : size;
            byte[] request = [.. new byte[FloorServer.HeaderBytes], .. RandomFile.Bytes((int)up)];
            FloorServer.WriteHeader(request, up, down);
            byte[][] answers = [.. Enumerable.Range(0, work.Concurrency).Select(_ => new byte[down])];
            var sockets = new List<Socket>();
            void Close() => sockets.ForEach(socket => socket.Dispose());

            try
            {
                for (int i = 0; i < work.Concurrency; i++)
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    sockets.Add(socket);

                    // Not asynchronously: .NET would then emulate blocking calls on it, with a thread more in the way.
                    socket.Connect(new UnixDomainSocketEndPoint(local));
                }
            }
            catch (SocketException failure)
            {
                Close();
                throw new WorkFailedException($"the floor's forward: {failure.Message}", failure);
            }

            SpawnRequest spawn = host.Programs.Request(["/bin/true"]);
            return Task.FromResult<IOperation>(Operation.Blocking(
                (worker, cancel) =>
                {
                    BlockingSocket.Echo(sockets[worker], request, answers[worker], cancel);
                    if (exec)
                    {
                        host.Programs.RunUnheard(spawn, cancel);
                    }
                },
                () =>
                {
                    Close();
                    return ValueTask.CompletedTask;
                }));
        }

        public async ValueTask DisposeAsync() => await StopAsync(ssh);
    }
}
