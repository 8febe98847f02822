using System.Globalization;
using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>A tunnel made by <see cref="SshNetConnector"/>.</summary>
internal sealed class SshNetTunnel : ITunnel
{
    /// <summary>
    /// How long each step of leaving may take: the command's end after that of its input, the connection's close. As with
    /// OpenSSH; see SshProcess.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Connection _connection;
    private readonly CommandChannel _channel;
    private readonly ErrorLines _errors;
    private readonly ForwardTrial _trial;
    private ForwardStream? _first;
    private int _taken;
    private int _disposed;

    internal SshNetTunnel(Connection connection, CommandChannel channel, ErrorLines errors, AgentLaunch agent, ForwardTrial trial)
    {
        _connection = connection;
        _channel = channel;
        _errors = errors;
        Agent = agent;
        _trial = trial;
        _first = trial.First;
        if (_first is not null)
        {
            // The channel is silent then, but for a background process of an rc file that may write.
            _channel.DropOutput();
        }

        Ended = EndAsync();
    }

    /// <inheritdoc/>
    public AgentLaunch Agent { get; }

    /// <inheritdoc/>
    public TunnelRoute Route => _trial.First is null ? TunnelRoute.Bridge : TunnelRoute.Forward;

    /// <inheritdoc/>
    public string? RouteReason => _trial.Refusal;

    /// <inheritdoc/>
    public Task<string> Ended { get; }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenStreamAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (Route == TunnelRoute.Forward)
        {
            return await ForwardAsync(cancellationToken).ConfigureAwait(false);
        }

        return Interlocked.Exchange(ref _taken, 1) == 0
            ? _channel
            : throw new TunnelException(ConnectPhase.Forward, "the session channel is in use already, and there is no forward: " + RouteReason);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await CloseAsync(_connection, _channel).ConfigureAwait(false);
        }

        await Ended.ConfigureAwait(false);
    }

    private async Task<Stream> ForwardAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _first, null) is { } first)
        {
            if (_trial.IsFresh)
            {
                return first;
            }

            await first.DisposeAsync().ConfigureAwait(false);
        }

        var another = await ForwardTrial.RunAsync(_connection.Forwarder, Agent.SocketPath, cancellationToken).ConfigureAwait(false);
        return another.First ?? throw new TunnelException(ConnectPhase.Forward, another.Refusal!);
    }

    /// <summary>
    /// Closes in order: the forward's channels, the command's input, then the command, then the connection. SSH.NET waits in it: on a thread that it
    /// has to itself, and is left to it where the host is gone and TCP is still trying.
    /// </summary>
    internal static async Task CloseAsync(Connection connection, CommandChannel? channel)
    {
        connection.Forwarder.Dispose();
        if (channel is not null)
        {
            channel.EndInput();
            channel.EndOutput();
            await EndsWithinAsync(channel.Ended).ConfigureAwait(false);
        }

        var closing = Task.Factory.StartNew(
            () =>
            {
                channel?.Release();
                connection.Dispose();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
        await EndsWithinAsync(closing).ConfigureAwait(false);
    }

    private static async Task EndsWithinAsync(Task task)
    {
        try
        {
            await task.WaitAsync(Grace).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or IOException or Renci.SshNet.Common.SshException
            or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // It is being given up; what SSH.NET says of a connection that has gone already is of no interest.
        }
    }

    private async Task<string> EndAsync()
    {
        var failure = await _channel.Ended.ConfigureAwait(false);
        if (Volatile.Read(ref _disposed) != 0)
        {
            return "closed";
        }

        if (failure is not null)
        {
            return "the ssh connection ended: " + Printable.Line(failure.Message);
        }

        string status = _channel.ExitStatus is { } code ? " with status " + code.ToString(CultureInfo.InvariantCulture) : "";
        string last = _errors.Lines is { Count: > 0 } lines ? ": " + lines[^1] : "";
        return $"the ssh session ended{status}{last}";
    }
}
