using System.Globalization;
using System.Net.Sockets;
using Fireball.Deploy;
using Fireball.Proof;
using Fireball.Rpc;
using Fireball.Ssh;
using Fireball.Zmtp;
using SocketType = System.Net.Sockets.SocketType;

namespace Fireball.TestSupport;

/// <summary>
/// Hosts without ssh: a connection is a socket pair with a real ZMTP handshake and a real RPC server at its other end;
/// only the service behind it is made up.
/// </summary>
public sealed class FakeHosts(V1.AgentService.AgentServiceBase service) : ISshConnector, IAsyncDisposable
{
    private readonly List<FakeSession> _sessions = [];

    /// <summary>Asked before each connection; null: it may be made.</summary>
    public Func<SshTarget, TunnelException?> Refuse { get; set; } = _ => null;

    /// <summary>A question that is asked before each connection; null: none.</summary>
    public Question? Question { get; set; }

    public string? Answer { get; private set; }

    public int Attempts { get; private set; }

    public IReadOnlyList<FakeSession> Sessions => _sessions;

    /// <summary>What the last connection was asked for with.</summary>
    public SshConnectOptions? Options { get; private set; }

    /// <summary>How often a connection came back to an agent.</summary>
    public int Returns { get; private set; }

    /// <summary>Agents end with their connection: there is none to come back to.</summary>
    public bool AgentsDie { get; set; }

    public async Task<ITunnel> ConnectAsync(
        SshTarget target, SshConnectOptions options, CancellationToken cancellationToken = default)
    {
        Attempts++;
        Options = options;
        options.Progress?.Report("uploading agent, 1.7 MB");
        if (Question is not null && options.Prompter is not null)
        {
            Answer = await options.Prompter.AskAsync(Question, cancellationToken);
        }

        if (Refuse(target) is { } refusal)
        {
            throw refusal;
        }

        return Begin(new AgentLaunch("0.1.0", 42, new string('a', 64), Uploaded: true, "/fake/agent")
        {
            SocketPath = $"/fake/{Attempts}/a",
        });
    }

    public Task<ITunnel> ReattachAsync(
        SshTarget target, AgentLaunch agent, SshConnectOptions options, CancellationToken cancellationToken = default)
    {
        Returns++;
        return AgentsDie
            ? Task.FromException<ITunnel>(new TunnelException(ConnectPhase.Launch, "the agent is gone"))
            : Task.FromResult<ITunnel>(Begin(agent));
    }

    private FakeSession Begin(AgentLaunch agent)
    {
        lock (_sessions)
        {
            var session = new FakeSession(service, agent, _sessions.Count.ToString(CultureInfo.InvariantCulture));
            _sessions.Add(session);
            if (service is FakeAgent fake)
            {
                fake.Leave ??= number => _sessions[int.Parse(number, CultureInfo.InvariantCulture)].End("the agent has left");
            }

            return session;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FakeSession session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>A directory with an agent's executable, which is never run.</summary>
    public static string AgentDirectory { get; } = WriteAgent();

    private static string WriteAgent()
    {
        var directory = new TemporaryDirectory("fireball-fake-agents");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Dispose();
        Directory.CreateDirectory(directory[AgentPlatform.OfThisMachine.Name]);
        directory.Write(Path.Combine(AgentPlatform.OfThisMachine.Name, "fireball-agent"), "not an agent");
        return directory.Path;
    }

    public sealed class FakeSession : ITunnel
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RpcServer _server = new();

        private readonly string _number;

        public FakeSession(V1.AgentService.AgentServiceBase service, AgentLaunch agent, string number)
        {
            Agent = agent;
            _number = number;
            V1.AgentService.BindService(_server.Services, service);
        }

        public AgentLaunch Agent { get; }

        public TunnelRoute Route => TunnelRoute.Forward;

        public string? RouteReason => null;

        public Task<string> Ended => _ended.Task;

        public bool IsDisposed { get; private set; }

        public async ValueTask<Stream> OpenStreamAsync(CancellationToken cancellationToken = default)
        {
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            Socket server = await listener.AcceptAsync(cancellationToken);
            File.Delete(path);
            _ = ServeAsync(new NetworkStream(server, ownsSocket: true));
            return new NetworkStream(client, ownsSocket: true);
        }

        /// <summary>Completes when the owner has closed its end of the stream, or the agent has.</summary>
        public Task Closed => _closed.Task;

        /// <summary>ssh ends; what is on its way on the stream still arrives.</summary>
        public void End(string reason) => _ended.TrySetResult(reason);

        /// <summary>The link is lost, as when ssh is killed.</summary>
        public async Task BreakAsync(string reason)
        {
            _ended.TrySetResult(reason);
            await CloseStreamAsync();
        }

        /// <summary>The stream to the agent ends; ssh's end is not known yet.</summary>
        public ValueTask CloseStreamAsync() => _server.DisposeAsync();

        public async ValueTask DisposeAsync()
        {
            IsDisposed = true;
            await BreakAsync("disposed");
        }

        private async Task ServeAsync(Stream stream)
        {
            var options = new ZmtpOptions { SocketType = Zmtp.SocketType.Router };
            try
            {
                await ProofExchange.RunAsync(stream, ProofRole.Agent, Convert.FromHexString(Agent.Secret), CancellationToken.None);
                await _server.ServeAsync(await ZmtpConnection.AcceptAsync(stream, options), _number);
            }
            catch (IOException)
            {
                // Broken on purpose.
            }
            finally
            {
                _closed.TrySetResult();
            }
        }
    }
}
