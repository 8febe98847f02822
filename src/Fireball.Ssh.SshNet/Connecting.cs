using System.Net.Sockets;
using Fireball.Deploy;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// One connection attempt to one host, on a thread of its own: SSH.NET authenticates synchronously, and so are the agent's
/// signatures and the person's answers in it.
/// </summary>
internal sealed class Connecting
{
    private readonly ResolvedHost _host;
    private readonly HostKeyCheck _hostKey;
    private readonly Identities _identities;
    private readonly string _address;
    private readonly int _port;
    private readonly Questions? _questions;
    private readonly Action _onActivity;
    private ConnectionInfo? _info;
    private SessionPort? _sessionPort;
    private bool _isKeyAccepted;
    private int _abandoned;

    /// <summary>Prepares it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="address">Where its port is: itself, or the near end of a tunnel to it.</param>
    /// <param name="port">The port there.</param>
    /// <param name="hostKey">Judges its key.</param>
    /// <param name="identities">The keys to offer, not loaded yet; disposed at the end.</param>
    /// <param name="questions">Who answers; null: questions fail.</param>
    /// <param name="onActivity">Told of each sign of life.</param>
    internal Connecting(
        ResolvedHost host, string address, int port, HostKeyCheck hostKey, Identities identities, Questions? questions, Action onActivity)
    {
        _host = host;
        _hostKey = hostKey;
        _identities = identities;
        _onActivity = onActivity;
        _address = address;
        _port = port;
        _questions = questions;
    }

    /// <summary>Connects; null: the host's key was refused, see <see cref="HostKeyCheck.Refused"/>.</summary>
    /// <exception cref="TunnelException">Phase resolve, connect or authenticate.</exception>
    internal async Task<(SshClient Client, SessionPort Port)?> RunAsync(CancellationToken cancellationToken)
    {
        var running = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Abandon();
            LeftToItself(running);
            throw;
        }
    }

    // Its result is not awaited any more: a connection that was made all the same is closed, a failure is of no interest.
    private static void LeftToItself(Task<(SshClient Client, SessionPort Port)?> running) => _ = running.ContinueWith(
        static task =>
        {
            if (task.IsCompletedSuccessfully)
            {
                task.Result?.Client.Dispose();
            }

            _ = task.Exception;
        },
        CancellationToken.None,
        TaskContinuationOptions.LongRunning,
        TaskScheduler.Default);

    private (SshClient Client, SessionPort Port)? Run()
    {
        bool isConnected = false;
        SshClient? client = null;
        try
        {
            _identities.Load(_questions);
            _info = new ConnectionInfo(_address, _port, _host.User, Methods()) { Timeout = _host.ConnectTimeout };
            Algorithms.Apply(_info, _host, _hostKey.PreferredAlgorithms, OnKeyExchange);
            client = new SshClient(_info) { KeepAliveInterval = _host.KeepAlive ?? Timeout.InfiniteTimeSpan };
            client.HostKeyReceived += OnHostKey;
            client.Connect();
            isConnected = Volatile.Read(ref _abandoned) == 0;
            return isConnected ? (client, _sessionPort!) : null;
        }
        catch (Exception e) when (e is not TunnelException)
        {
            return _hostKey.Refused is not null ? null : throw Failure(e);
        }
        finally
        {
            foreach (var method in _info?.AuthenticationMethods ?? [])
            {
                method.Dispose();
            }

            _identities.Dispose();
            if (!isConnected)
            {
                client?.Dispose();
            }
        }
    }

    private void OnHostKey(object? sender, HostKeyEventArgs e)
    {
        e.CanTrust = _isKeyAccepted = _hostKey.Accepts(e.HostKey);

        // From here on the patience of the connect holds, which a person's thinking does not count against.
        _info!.Timeout = Timeout.InfiniteTimeSpan;
        _onActivity();
    }

    private void OnKeyExchange(SessionPort port)
    {
        _sessionPort ??= port;
        _onActivity();
    }

    /// <summary>
    /// Ends it from another thread. Before the key exchange SSH.NET offers no way in: then the attempt ends by itself, after
    /// ConnectTimeout at the latest, and takes everything back.
    /// </summary>
    private void Abandon()
    {
        Volatile.Write(ref _abandoned, 1);
        _identities.Dispose();
        _sessionPort?.Session.Disconnect();
    }

    private AuthenticationMethod[] Methods()
    {
        List<AuthenticationMethod> methods = [];
        foreach (string name in _host.Methods)
        {
            switch (name)
            {
                case "publickey" when _identities.Keys.Count > 0:
                    methods.Add(new PrivateKeyAuthenticationMethod(_host.User, [.. _identities.Keys]));
                    break;
                case "keyboard-interactive" when _questions is not null:
                    methods.Add(new InteractiveMethod(_host.User, _host.PasswordPrompts, _questions));
                    break;
                case "password" when _questions is not null:
                    methods.Add(new PasswordMethod(_host.User, _host.HostName, _host.PasswordPrompts, _questions));
                    break;
            }
        }

        // At least one is wanted; "none" is how the allowed ones are asked for anyway.
        return methods.Count > 0 ? [.. methods] : [new NoneAuthenticationMethod(_host.User)];
    }

    private TunnelException Failure(Exception e)
    {
        string where = $"{_host.HostName} port {_host.Port}";
        string words = Printable.Line(e.Message);
        return e switch
        {
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
                new(ConnectPhase.Resolve, $"Could not resolve hostname {_host.HostName}: {words}", e),
            SocketException => new(ConnectPhase.Connect, $"connect to host {where}: {words}", e),
            SshAuthenticationException => new(ConnectPhase.Authenticate, Denied(words), e),
            _ when _isKeyAccepted && e is not SshOperationTimeoutException => new(ConnectPhase.Authenticate, Denied(words), e),
            _ => new(ConnectPhase.Connect, $"connect to host {where}: {words}", e),
        };
    }

    private string Denied(string words)
    {
        string unused = _identities.Unused.Count == 0 ? "" : "; " + string.Join("; ", _identities.Unused);
        return $"{_host.User}@{_host.HostName}: {words.TrimEnd('.')}{unused}";
    }
}
