using System.Buffers.Binary;
using System.Security.Cryptography;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Deploy;

/// <summary>
/// The launch of an agent over a session channel: the remote command, what is said through it, and what came of it. The
/// same over every kind of connection.
/// </summary>
internal sealed partial class AgentBootstrap
{
    private readonly byte[] _secret = KernelRandom.GetBytes(32);
    private readonly string _marker = "fireball-" + KernelRandom.GetHex(16);
    private readonly string _remoteDirectory = "/tmp/fireball-" + KernelRandom.GetHex(32);
    private readonly DeployOptions _options;
    private readonly byte[] _request;

    internal AgentBootstrap(DeployOptions options)
    {
        _options = options;
        _request = Request();
        LaunchCommand = BootstrapScript.Create(_marker, options.Agents, _request.Length);
    }

    /// <summary>The command that finds or takes an agent and runs it.</summary>
    internal string LaunchCommand { get; }

    /// <summary>Where the agent's socket will be.</summary>
    internal string RemoteSocket => _remoteDirectory + "/a";

    /// <summary>Speaks with <see cref="LaunchCommand"/> until the agent is ready.</summary>
    /// <param name="command">The command, running.</param>
    /// <param name="tryForward">Tries the forward to the agent's socket; told why there is no socket, null: there is.</param>
    /// <param name="watch">Ends it when nothing happens.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The agent, and what the forward's trial said.</returns>
    /// <exception cref="TunnelException">It did not become ready.</exception>
    internal async Task<(AgentLaunch Agent, TForward Route)> LaunchAsync<TForward>(
        IRemoteCommand command,
        Func<string?, CancellationToken, Task<TForward>> tryForward,
        Watch watch,
        CancellationToken cancellationToken)
        where TForward : IForwardResult
    {
        var lines = new MarkedLineReader(command.Channel, _marker);
        var dialogue = new BootstrapDialogue(
            command.Channel, lines, _options.Agents, _request, _options.Progress, watch);
        try
        {
            var (reply, path, uploaded) = await RunAsync(dialogue, watch.Token).ConfigureAwait(false)
                ?? throw await command.FailureAsync(dialogue.Phase, dialogue.Begun, dialogue.Refusals).ConfigureAwait(false);
            string socket = reply.Socket.ToStringUtf8();
            if (socket.Length > 0 && socket != RemoteSocket)
            {
                throw new TunnelException(ConnectPhase.Launch, "the agent listens elsewhere than it was told: " + Printable.Quote(socket));
            }

            if (lines.Buffered != 0)
            {
                throw new TunnelException(ConnectPhase.Launch, "the agent says more than its reply");
            }

            var agent = new AgentLaunch(reply.Version, (int)reply.Pid, Convert.ToHexStringLower(_secret), uploaded, path)
            {
                SocketPath = socket,
            };
            string? noSocket = reply.Socket.IsEmpty ? "the agent has no socket: " + Printable.Line(reply.Problem) : null;
            return (agent, await tryForward(noSocket, watch.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (watch.Expiry is not null && !cancellationToken.IsCancellationRequested)
        {
            string last = command.ErrorLines is { Count: > 0 } words ? "; the last words were: " + words[^1] : "";
            string what = dialogue.Begun ? "the bootstrap" : "ssh or the login shell";
            throw new TunnelException(
                dialogue.Phase, $"{what} {watch.Expiry}{last}{dialogue.Refusals}", e);
        }
    }

    /// <summary>Forgets the secret; <see cref="AgentLaunch"/> has it where the agent runs.</summary>
    internal void Forget()
    {
        CryptographicOperations.ZeroMemory(_secret);
        CryptographicOperations.ZeroMemory(_request);
    }

    private static async Task<(LaunchReply Reply, string Path, bool Uploaded)?> RunAsync(
        BootstrapDialogue dialogue, CancellationToken cancellationToken)
    {
        try
        {
            return await dialogue.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (TunnelException)
        {
            throw;
        }
        catch (IOException)
        {
            // The connection went away under a write; its end and its words tell why.
            return null;
        }
    }

    private byte[] Request()
    {
        var request = new LaunchRequest
        {
            Secret = ByteString.CopyFrom(_secret),
            Directory = ByteString.CopyFromUtf8(_remoteDirectory),
            Lease = Durations.Of(_options.Lease),
            IdleLimit = Durations.Of(_options.Idle),
            Contract = ContractVersion.Current,
        };
        byte[] bytes = new byte[4 + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        request.WriteTo(bytes.AsSpan(4));
        return bytes;
    }
}
