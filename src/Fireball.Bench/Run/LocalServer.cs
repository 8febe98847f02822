using System.Net;
using System.Net.Sockets;
using System.Text;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// A private sshd on loopback, for `local`: its own keys, port, home directory and configuration, nothing of the machine's
/// changed. It runs as the user who starts it and lets only that user in; it ends when this process does, however that happens.
/// </summary>
internal sealed class LocalServer : IAsyncDisposable
{
    /// <summary>The host's name in <see cref="ConfigFile"/>.</summary>
    public const string HostName = "local";

    // Another process can take the port between our choice and sshd's bind; a few tries make that harmless.
    private const int Attempts = 5;

    // Where sshd is, which is not in every user's PATH.
    private static readonly string[] Places = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd"];

    // sshd lives as long as this shell's standard input, which is ours.
    private const string KeepScript = """ "$0" -D -e -f "$1" & cat >/dev/null; kill $!; wait """;

    private readonly string _directory;
    private readonly SocketChild _keeper;
    private readonly Task _log;

    private LocalServer(string directory, SocketChild keeper, Task log) =>
        (_directory, _keeper, _log) = (directory, keeper, log);

    /// <summary>The ssh_config that reaches it.</summary>
    public string ConfigFile => Path.Combine(_directory, "ssh_config");

    /// <summary>Starts it; returns when it listens.</summary>
    /// <exception cref="WorkFailedException">There is no sshd, or it does not start; with its words.</exception>
    public static async Task<LocalServer> StartAsync(CancellationToken cancellationToken)
    {
        string sshd = Places.FirstOrDefault(File.Exists)
            ?? throw new WorkFailedException("there is no sshd on this machine; install openssh-server, or name a host");
        string directory = Directory.CreateTempSubdirectory("fireball-bench-sshd-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(directory, "home"));
            if (Environment.IsPrivilegedProcess)
            {
                // Where sshd separates its privileges; compiled in, and made by the system's own sshd service otherwise.
                Directory.CreateDirectory("/run/sshd");
            }

            using (var programs = new Programs(directory))
            {
                foreach (string key in (string[])["host_key", "user_key"])
                {
                    programs.Run(
                        programs.Request(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(directory, key)]),
                        "keygen",
                        cancellationToken);
                }
            }

            for (int attempt = 1; ; attempt++)
            {
                int port = FreePort();
                File.WriteAllText(Path.Combine(directory, "sshd_config"), ServerConfiguration(directory, port));
                File.WriteAllText(Path.Combine(directory, "ssh_config"), ClientConfiguration(directory, port));
                string hostKey = string.Join(' ', File.ReadAllText(Path.Combine(directory, "host_key.pub")).Split(' ').Take(2));
                File.WriteAllText(Path.Combine(directory, "known_hosts"), $"[127.0.0.1]:{port} {hostKey}\n");
                SocketChild keeper = Programs.Start(
                    ["/bin/sh", "-c", KeepScript, sshd, Path.Combine(directory, "sshd_config")]);
                var listening = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
                var server = new LocalServer(directory, keeper, Task.Run(() => ReadLogAsync(keeper.Error, listening), cancellationToken));
                string? failure = await listening.Task;
                if (failure is null)
                {
                    return server;
                }

                await server.StopAsync();
                if (attempt == Attempts)
                {
                    throw new WorkFailedException($"sshd does not start: {failure}");
                }
            }
        }
        catch
        {
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StopAsync()
    {
        _keeper.Channel.Shutdown(SocketShutdown.Send);
        await _keeper.WaitAsync();
        _keeper.Dispose();
        await _log;
    }

    // Sets null when sshd listens, its words when it ends before. Reads on, so that sshd never waits for us.
    private static async Task ReadLogAsync(Socket log, TaskCompletionSource<string?> listening)
    {
        var words = new List<string>();
        try
        {
            using var reader = new StreamReader(new NetworkStream(log), Encoding.UTF8);
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("Server listening", StringComparison.Ordinal))
                {
                    listening.TrySetResult(null);
                }

                if (!listening.Task.IsCompleted)
                {
                    words.Add(line.Trim());
                }
            }
        }
        catch (IOException)
        {
            // Our end was closed: the server has been stopped.
        }

        listening.TrySetResult(string.Join(' ', words));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    // MaxSessions, MaxStartups: as many as the references may ask for together.
    private static string ServerConfiguration(string directory, int port) =>
        $"""
        Port {port}
        ListenAddress 127.0.0.1
        HostKey {directory}/host_key
        AuthorizedKeysFile {directory}/user_key.pub
        PidFile none
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        UsePAM no
        StrictModes no
        AllowUsers {Environment.UserName}
        SetEnv HOME={directory}/home
        MaxSessions 500
        MaxStartups 500
        Subsystem sftp internal-sftp

        """;

    private static string ClientConfiguration(string directory, int port) =>
        $"""
        Host {HostName}
          HostName 127.0.0.1
          Port {port}
          User {Environment.UserName}
          IdentityFile {directory}/user_key
          IdentitiesOnly yes
          UserKnownHostsFile {directory}/known_hosts
          StrictHostKeyChecking yes

        """;
}
