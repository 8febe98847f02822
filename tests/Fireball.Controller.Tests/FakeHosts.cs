using System.Globalization;
using System.Net.Sockets;
using Fireball.Rpc;
using Fireball.Ssh;
using Fireball.Zmtp;
using SocketType = System.Net.Sockets.SocketType;

namespace Fireball.Controller.Tests;

/// <summary>
/// Hosts without ssh: a connection is a socket pair with a real ZMTP handshake and a real RPC server at its other end;
/// only the service behind it is made up.
/// </summary>
internal sealed class FakeHosts(V1.Agent.AgentBase service) : ISshConnector, IAsyncDisposable
{
    private readonly List<FakeSession> _sessions = [];

    /// <summary>Asked before each connection; null: it may be made.</summary>
    public Func<SshTarget, SshException?> Refuse { get; set; } = _ => null;

    /// <summary>A question that is asked before each connection; null: none.</summary>
    public SshPrompt? Question { get; set; }

    public string? Answer { get; private set; }

    public int Attempts { get; private set; }

    public IReadOnlyList<FakeSession> Sessions => _sessions;

    /// <summary>What the last connection was asked for with.</summary>
    public SshConnectOptions? Options { get; private set; }

    /// <summary>How often somebody came back to an agent.</summary>
    public int Returns { get; private set; }

    /// <summary>Agents end with their connection: nobody can come back.</summary>
    public bool AgentsDie { get; set; }

    public async Task<ISshSession> ConnectAsync(
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

    public Task<ISshSession> ReattachAsync(
        SshTarget target, AgentLaunch agent, SshConnectOptions options, CancellationToken cancellationToken = default)
    {
        Returns++;
        return AgentsDie
            ? Task.FromException<ISshSession>(new SshException(SshPhase.Launch, "the agent is gone"))
            : Task.FromResult<ISshSession>(Begin(agent));
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

    /// <summary>An agent's executable, which nobody runs.</summary>
    public static string AgentFile { get; } = WriteAgentFile();

    private static string WriteAgentFile()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fireball-fake-agent-{Environment.ProcessId}");
        File.WriteAllText(path, "not an agent");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        return path;
    }

    internal sealed class FakeSession : ISshSession
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RpcServer _server = new();

        private readonly string _number;

        public FakeSession(V1.Agent.AgentBase service, AgentLaunch agent, string number)
        {
            Agent = agent;
            _number = number;
            V1.Agent.BindService(_server.Services, service);
        }

        public AgentLaunch Agent { get; }

        public SshRoute Route => SshRoute.Forward;

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

        /// <summary>ssh ends; what is on its way on the stream still arrives.</summary>
        public void End(string reason) => _ended.TrySetResult(reason);

        /// <summary>The link is lost, as when ssh is killed.</summary>
        public async Task BreakAsync(string reason)
        {
            _ended.TrySetResult(reason);
            await _server.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            IsDisposed = true;
            await BreakAsync("disposed");
        }

        private async Task ServeAsync(Stream stream)
        {
            var credentials = new PlainCredentials("fireball", Agent.Secret);
            var options = new ZmtpOptions
            {
                SocketType = Zmtp.SocketType.Router,
                Mechanism = MechanismKind.Plain,
                PlainValidator = credentials.Matches,
            };
            try
            {
                await _server.ServeAsync(await ZmtpConnection.AcceptAsync(stream, options), _number);
            }
            catch (IOException)
            {
                // Broken on purpose.
            }
        }
    }
}
