using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>
/// An emulated arm64 machine with Debian's kernel and sshd (tools/lib/arm64-guest), which has nothing of ours on it. It
/// can be reached through a loopback port of this machine, and reaches nothing itself. Not started where it cannot be, as
/// the tests that need it are skipped.
/// </summary>
public sealed class Arm64Guest : IAsyncLifetime
{
    // The kernel starts in some 8 s on an idle machine.
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _directory = new("fbarm64");
    private readonly StringBuilder _console = new();
    private Process? _qemu;
    private Task _reading = Task.CompletedTask;

    /// <summary>The ssh_config for clients; the machine is host "t".</summary>
    internal string ConfigPath => _directory["cfg"];

    /// <summary>Why there is none; null: there is one.</summary>
    internal static string? WhyNot() =>
        Requirements.Missing(["qemu-system-aarch64", "cpio", "ssh-keygen"])
        ?? (File.Exists(Path.Combine(Source, "initrd")) && File.Exists(Artifacts.Arm64Agent) && File.Exists(Artifacts.Arm64Agent + "-grpc")
            ? null
            : $"needs an arm64 machine in {Source} and the agents for it: run tools/lib/arm64-guest and tools/build first");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if ((Artifacts.WhyNot() ?? WhyNot()) is not null)
        {
            return;
        }

        int port = FreePort();
        await WriteKeysAsync(port);
        var start = new ProcessStartInfo("qemu-system-aarch64")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "-machine", "virt", "-cpu", "max,pauth-impdef=on", "-smp", "2", "-m", "1024", "-nodefaults", "-no-reboot",
            "-display", "none", "-serial", "stdio",
            "-kernel", Path.Combine(Source, "vmlinuz"), "-initrd", _directory["initrd"], "-append", "console=ttyAMA0 quiet panic=-1",
            "-netdev", string.Create(CultureInfo.InvariantCulture, $"user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22"),
            "-device", "virtio-net-pci,netdev=n,romfile=",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _qemu = Process.Start(start)!;
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _reading = Task.WhenAll(ReadAsync(_qemu.StandardOutput, ready), ReadAsync(_qemu.StandardError, ready));
        if (!await ready.Task.WaitAsync(BootLimit))
        {
            throw new InvalidOperationException("the arm64 machine does not start: " + _console);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_qemu is not null)
        {
            _qemu.Kill();
            await _qemu.WaitForExitAsync();
            await _reading;
            _qemu.Dispose();
        }

        _directory.Dispose();
    }

    /// <summary>Runs a line of shell on it by ssh, without anything of ours, and returns what it printed.</summary>
    internal Task<string> ShellAsync(string line) => Command.CheckAsync("ssh", "-F", ConfigPath, "t", line);

    private static string Source => Path.Combine(Repository.Root!, "artifacts", "arm64-guest");

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    // A second archive after the first adds to its files.
    private async Task WriteKeysAsync(int port)
    {
        Directory.CreateDirectory(_directory["add/etc/ssh"]);
        Directory.CreateDirectory(_directory["add/root/.ssh"]);
        string hostKey = _directory["add/etc/ssh/host_key"];
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey);
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _directory["id"]);
        File.Copy(_directory["id.pub"], _directory["add/root/.ssh/authorized_keys"]);
        await Command.CheckAsync(
            "sh", "-c", "cd \"$1/add\" && { cat \"$2\"; find . -type f | cpio --quiet -o -H newc --owner 0:0; } >\"$1/initrd\"",
            "sh", _directory.Path, Path.Combine(Source, "initrd"));
        string[] key = (await File.ReadAllTextAsync(hostKey + ".pub")).Split(' ');
        _directory.Write("known_hosts", $"[127.0.0.1]:{port} {key[0]} {key[1]}\n");
        _directory.Write("cfg", string.Join('\n', [
            "Host t",
            "HostName 127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"Port {port}"),
            "User root",
            "IdentityFile " + _directory["id"],
            "IdentitiesOnly yes",
            "UserKnownHostsFile " + _directory["known_hosts"],
            "GlobalKnownHostsFile /dev/null",
            "StrictHostKeyChecking yes",
            ""]));
    }

    private async Task ReadAsync(StreamReader console, TaskCompletionSource<bool> ready)
    {
        while (await console.ReadLineAsync() is { } line)
        {
            lock (_console)
            {
                _console.AppendLine(line);
            }

            if (line.Contains("the guest is ready", StringComparison.Ordinal))
            {
                ready.TrySetResult(true);
            }
        }

        ready.TrySetResult(false);
    }
}
