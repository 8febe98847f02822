using System.Text;

namespace Fireball.Ssh;

/// <summary>
/// Coming back to an agent that runs: `fireball-agent --attach MARKER` holds the session channel open and waits for the
/// length (one byte) and path of the agent's socket. Through a forward they are never sent; where forwarding is
/// denied it then joins the channel and the socket.
/// </summary>
internal sealed partial class ConnectAttempt
{
    internal async Task<ISshSession> ReattachAsync(AgentLaunch agent, CancellationToken cancellationToken)
    {
        if (agent.SocketPath.Length is 0 or > byte.MaxValue)
        {
            throw new SshException(SshPhase.Launch, "the agent has no socket, so it cannot be reached again");
        }

        if (!IsPlain(agent.ExecutablePath) || !IsPlain(agent.SocketPath))
        {
            throw new SshException(SshPhase.Launch, $"the agent at {Printable.Quote(agent.ExecutablePath)} cannot be named to every login shell");
        }

        using var watch = new Watch(options.Patience, () => _questions?.IsAsking == true, cancellationToken);
        string command = $"exec sh -c 'echo \"{_marker} start\";exec \"{agent.ExecutablePath}\" --attach {_marker}'";
        _process = await StartAsync(command, agent.SocketPath, watch).ConfigureAwait(false);
        var lines = new MarkedLineReader(_process.Channel, _marker);
        try
        {
            await ExpectAsync("start", lines, SshPhase.Probe, watch.Token).ConfigureAwait(false);
            var route = _noForward is null
                ? await Forward.ProbeAsync(_directory!.ForwardSocket, _process.Pid, _process.Errors, watch.Token).ConfigureAwait(false)
                : new ForwardProbe(null, null, _noForward);
            if (route.Forward is null)
            {
                byte[] path = Encoding.ASCII.GetBytes(agent.SocketPath);
                await _process.Channel.WriteAsync((byte[])[(byte)path.Length, .. path], watch.Token).ConfigureAwait(false);
                await ExpectAsync("attached", lines, SshPhase.Launch, watch.Token).ConfigureAwait(false);
                _process.Channel.PutBack(lines.TakeRest());
            }

            return new OpenSshSession(_process, _directory!, _questions, agent with { Uploaded = false }, route);
        }
        catch (OperationCanceledException e) when (watch.IsExpired && !cancellationToken.IsCancellationRequested)
        {
            throw new SshException(SshPhase.Launch, $"the host has been silent for {options.Patience.TotalSeconds:0} s", e);
        }
    }

    // Between double quotes in sh, between single quotes in any login shell.
    private static bool IsPlain(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+@,:= ".Contains(c, StringComparison.Ordinal));

    private async Task ExpectAsync(string word, MarkedLineReader lines, SshPhase phase, CancellationToken cancellationToken)
    {
        string? line = await lines.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (line == word)
        {
            return;
        }

        if (line is null)
        {
            int status = await _process!.ReapAsync().ConfigureAwait(false);
            throw SshFailure.Create(_process.Errors.Lines, status, phase, begun: phase != SshPhase.Probe, refusals: "");
        }

        throw new SshException(SshPhase.Launch, "the agent is gone: " + Printable.Line(line));
    }
}
