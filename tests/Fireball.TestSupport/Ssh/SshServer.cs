using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fireball.TestSupport;

/// <summary>
/// A private sshd on a random loopback port with its own host key, user key and configuration. Ready when it has
/// said that it listens; stopped by its pid. The hosts "t" and "t1" to "t200" of <see cref="ConfigPath"/> reach it.
/// </summary>
public sealed class SshServer : IAsyncDisposable
{
    // Another process can take the port between our choice and sshd's bind; a few tries make that harmless.
    private const int Attempts = 5;

    private readonly TemporaryDirectory _directory;
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Task _reading;
    private readonly TaskCompletionSource<bool> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SshServer(TemporaryDirectory directory, Process process, int port, LoginUser user)
    {
        _directory = directory;
        _process = process;
        Port = port;
        User = user;
        _reading = Task.Run(ReadLogAsync);
    }

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Who logs in.</summary>
    public LoginUser User { get; }

    /// <summary>The ssh_config for clients: `ssh -F ConfigPath t`.</summary>
    public string ConfigPath => _directory["cfg"];

    /// <summary>The user's private key.</summary>
    public string KeyPath => _directory["id"];

    /// <summary>The known_hosts file with the server's host key.</summary>
    public string KnownHostsPath => _directory["known_hosts"];

    /// <summary>The directory of everything; the test may put more into it.</summary>
    public string DirectoryPath => _directory.Path;

    /// <summary>The pid of the listening sshd.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What sshd has logged until now.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a server; returns when it listens.</summary>
    public static async Task<SshServer> StartAsync(SshServerOptions? options = null)
    {
        options ??= new SshServerOptions();
        var user = options.User ?? await LoginUsers.GetAsync();
        for (var attempt = 1; ; attempt++)
        {
            var server = await StartOnceAsync(options, user);
            if (await server._listening.Task.WaitAsync(TimeSpan.FromSeconds(30)))
            {
                return server;
            }

            await server.DisposeAsync();
            if (attempt == Attempts)
            {
                throw new InvalidOperationException("sshd does not start: " + server.Log);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();

        // Processes that outlive sshd may hold its log open; what they write is of no interest any more.
        _process.StandardError.Close();
        await _reading;
        _process.Dispose();
        _directory.Dispose();
    }

    private static async Task<SshServer> StartOnceAsync(SshServerOptions options, LoginUser user)
    {
        var directory = new TemporaryDirectory("fbsshd");
        var port = FreePort();
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory["hk"]);
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory["id"]);
        directory.Write("ak", await File.ReadAllTextAsync(directory["id.pub"]), (UnixFileMode)0b110_100_100);
        directory.Write("sshd_config", ServerConfiguration(options, directory, port));
        var hostKey = (await File.ReadAllTextAsync(directory["hk.pub"])).Split(' ');
        directory.Write("known_hosts", $"[127.0.0.1]:{port} {hostKey[0]} {hostKey[1]}\n");
        directory.Write("cfg", ClientConfiguration(options, directory, port, user));
        if (Environment.IsPrivilegedProcess)
        {
            // Where sshd separates its privileges; compiled in, and made by the system's own sshd service otherwise.
            Directory.CreateDirectory("/run/sshd");
        }

        var start = new ProcessStartInfo(Requirements.Find("sshd")!)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            ArgumentList = { "-D", "-e", "-f", directory["sshd_config"] },
        };
        return new SshServer(directory, Process.Start(start)!, port, user);
    }

    private static string ServerConfiguration(SshServerOptions options, TemporaryDirectory directory, int port) =>
        string.Join('\n', [
            .. options.Configuration,
            "Port " + port.ToString(CultureInfo.InvariantCulture),
            "ListenAddress 127.0.0.1",
            "HostKey " + directory["hk"],
            "AuthorizedKeysFile " + directory["ak"],
            "PidFile none",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "UsePAM no",
            "StrictModes no",
            "PrintMotd no",
            "PrintLastLog no",
            "MaxSessions 100",
            "MaxStartups 500",
            "Subsystem sftp internal-sftp",
            ""]);

    private static string ClientConfiguration(
        SshServerOptions options, TemporaryDirectory directory, int port, LoginUser user) =>
        "Host t " + string.Join(' ', Enumerable.Range(1, 200).Select(i => "t" + i.ToString(CultureInfo.InvariantCulture)))
        + "\n" + string.Join('\n', [
            .. options.ClientConfiguration,
            "HostName 127.0.0.1",
            "Port " + port.ToString(CultureInfo.InvariantCulture),
            "User " + user.Name,
            "IdentityFile " + directory["id"],
            "IdentitiesOnly yes",
            "UserKnownHostsFile " + directory["known_hosts"],
            "GlobalKnownHostsFile /dev/null",
            "StrictHostKeyChecking yes",
            ""]);

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task ReadLogAsync()
    {
        try
        {
            while (await _process.StandardError.ReadLineAsync() is { } line)
            {
                lock (_log)
                {
                    _log.AppendLine(line);
                }

                if (line.StartsWith("Server listening on", StringComparison.Ordinal))
                {
                    _listening.TrySetResult(true);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The server was stopped.
        }

        _listening.TrySetResult(false);
    }
}
