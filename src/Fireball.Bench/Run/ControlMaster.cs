using System.Net.Sockets;
using System.Text;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// An ssh that other processes of ssh share (ControlMaster): the benchmark's own way to the host, and what the references
/// travel in. Its one session of its own stays open: without a session sshd leaves TCP_NODELAY off.
/// </summary>
internal sealed class ControlMaster : IAsyncDisposable
{
    // Makes a directory for what is measured and names it; then lives as long as its standard input.
    private const string Script =
        """exec sh -c 'd=$(mktemp -d "${TMPDIR:-/tmp}/fireball-bench.XXXXXX") && echo "fireball-bench: $d" && exec cat'""";

    private const string Marker = "fireball-bench: ";

    private readonly SocketChild _ssh;

    private ControlMaster(SocketChild ssh, string directory) => (_ssh, RemoteDirectory) = (ssh, directory);

    /// <summary>A directory on the host, made for this run.</summary>
    public string RemoteDirectory { get; }

    /// <summary>Its process.</summary>
    public int ProcessId => _ssh.Pid;

    /// <summary>Connects.</summary>
    /// <param name="arguments">Options of ssh, without the destination.</param>
    /// <param name="destination">The host.</param>
    /// <param name="controlPath">The socket that others come by.</param>
    /// <param name="log">Where ssh says what it does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WorkFailedException">ssh's own words.</exception>
    public static async Task<ControlMaster> ConnectAsync(
        IReadOnlyList<string> arguments, string destination, string controlPath, string log, CancellationToken cancellationToken)
    {
        SocketChild ssh = Programs.Start(
            ["ssh", .. arguments, "-T", "-v", "-E", log, "-M", "-S", controlPath, "-o", "ControlPersist=no", "--", destination, Script]);
        try
        {
            string directory = await ReadDirectoryAsync(ssh.Channel, cancellationToken)
                ?? throw new WorkFailedException(Words(log));
            return new ControlMaster(ssh, directory);
        }
        catch
        {
            ssh.Kill(Linux.Signal.Term);
            ssh.Dispose();
            await ssh.WaitAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The end of its input ends the session, and with the last session the master.
        _ssh.Dispose();
        _ssh.Kill(Linux.Signal.Term);
        await _ssh.WaitAsync();
    }

    // Null: ssh has ended. What rc files print before is passed over.
    private static async Task<string?> ReadDirectoryAsync(Socket channel, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(new NetworkStream(channel), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Marker, StringComparison.Ordinal))
            {
                return line[Marker.Length..];
            }
        }

        return null;
    }

    private static string Words(string log) =>
        File.Exists(log) && File.ReadLines(log).LastOrDefault(line => line.Length > 0 && !line.StartsWith("debug", StringComparison.Ordinal)) is { } words
            ? words.Trim()
            : "ssh ended without a word";
}
