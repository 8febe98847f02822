using System.Text;

namespace Fireball.Deploy;

/// <summary>
/// Coming back to an agent that runs: `fireball-agent --attach MARKER` holds the session channel open and waits for the
/// length (one byte) and path of the agent's socket. Through a forward they are never sent; where forwarding is
/// denied it then joins the channel and the socket.
/// </summary>
internal sealed partial class AgentBootstrap
{
    /// <summary>The command that attaches to an agent.</summary>
    /// <exception cref="TunnelException">Phase launch: this agent cannot be reached again.</exception>
    internal string AttachCommand(AgentLaunch agent)
    {
        if (agent.SocketPath.Length is 0 or > byte.MaxValue)
        {
            throw new TunnelException(ConnectPhase.Launch, "the agent has no socket, so it cannot be reached again");
        }

        if (!IsPlain(agent.ExecutablePath) || !IsPlain(agent.SocketPath))
        {
            throw new TunnelException(ConnectPhase.Launch, $"the agent at {Printable.Quote(agent.ExecutablePath)} cannot be named to every login shell");
        }

        // The directory may have been cleaned away since, and made again by another user: it is entered, and looked at from
        // inside, before anything in it is run; not by exec, for which bash makes a path of its own.
        int name = agent.ExecutablePath.LastIndexOf('/') + 1;
        return $"exec sh -c 'M={_marker};cd -P \"{agent.ExecutablePath[..name]}\" 2>/dev/null&&[ -O . ]&&case $(LC_ALL=C ls -ldn .) in drwx------*)"
            + $"echo \"$M start\";\"./{agent.ExecutablePath[name..]}\" --attach $M;exit;;esac;echo \"$M failed its executable is gone\";exit 1'";
    }

    /// <summary>Speaks with <see cref="AttachCommand"/> until the agent is reached.</summary>
    /// <param name="command">The command, running.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="tryForward">Tries the forward, once there is a shell; without one the channel joins the socket.</param>
    /// <param name="watch">Ends it when nothing happens.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What the forward's trial said.</returns>
    /// <exception cref="TunnelException">It was not reached.</exception>
    internal async Task<TForward> AttachAsync<TForward>(
        IRemoteCommand command,
        AgentLaunch agent,
        Func<CancellationToken, Task<TForward>> tryForward,
        Watch watch,
        CancellationToken cancellationToken)
        where TForward : IForwardResult
    {
        var lines = new MarkedLineReader(command.Channel, _marker);
        try
        {
            await ExpectAsync("start", command, lines, ConnectPhase.Probe, watch.Token).ConfigureAwait(false);
            var route = await tryForward(watch.Token).ConfigureAwait(false);
            if (route.Refusal is not null)
            {
                byte[] path = Encoding.ASCII.GetBytes(agent.SocketPath);
                await command.Channel.WriteAsync((byte[])[(byte)path.Length, .. path], watch.Token).ConfigureAwait(false);
                await ExpectAsync("attached", command, lines, ConnectPhase.Launch, watch.Token).ConfigureAwait(false);
                command.PutBack(lines.TakeRest());
            }

            return route;
        }
        catch (OperationCanceledException e) when (watch.Expiry is not null && !cancellationToken.IsCancellationRequested)
        {
            throw new TunnelException(ConnectPhase.Launch, "the host " + watch.Expiry, e);
        }
    }

    // Between double quotes in sh, between single quotes in any login shell.
    private static bool IsPlain(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+@,:= ".Contains(c, StringComparison.Ordinal));

    private static async Task ExpectAsync(
        string word, IRemoteCommand command, MarkedLineReader lines, ConnectPhase phase, CancellationToken cancellationToken)
    {
        string? line = await lines.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (line == word)
        {
            return;
        }

        const string Failed = "failed ";
        throw line is null
            ? await command.FailureAsync(phase, begun: phase != ConnectPhase.Probe, refusals: "").ConfigureAwait(false)
            : new TunnelException(
                ConnectPhase.Launch,
                "the agent is gone: " + Printable.Line(line.StartsWith(Failed, StringComparison.Ordinal) ? line[Failed.Length..] : line));
    }
}
