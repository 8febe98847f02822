using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Agent.Services.Tests;

/// <summary>A built agent, started as ssh's remote command starts it.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private AgentProcess(Process supervisor, LaunchReply reply, byte[] secret, string directory)
    {
        (Supervisor, Reply, Secret, Directory) = (supervisor, reply, secret, directory);
        Errors = supervisor.StandardError.ReadToEndAsync();
    }

    internal Process Supervisor { get; }

    internal LaunchReply Reply { get; }

    internal byte[] Secret { get; }

    internal string Directory { get; }

    internal Task<string> Errors { get; }

    internal string Socket => Reply.Socket.ToStringUtf8();

    internal static string Executable
    {
        get
        {
            var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root.FullName, "Fireball.Grpc.sln")))
            {
                root = root.Parent!;
            }

            return Path.Combine(root.FullName, $"src/Fireball.Agent/bin/{configuration}/net9.0/linux-x64/fireball-agent");
        }
    }

    internal static async Task<AgentProcess> StartAsync(Action<LaunchRequest>? adjust = null)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var directory = $"/tmp/fireball-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        var request = new LaunchRequest
        {
            Secret = ByteString.CopyFrom(secret),
            Directory = ByteString.CopyFromUtf8(directory),
        };
        adjust?.Invoke(request);
        var process = Process.Start(new ProcessStartInfo(Executable, ["--marker", "fireball-test"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var bytes = request.ToByteArray();
        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, bytes.Length);
        await process.StandardInput.BaseStream.WriteAsync(prefix.Concat(bytes).ToArray());
        await process.StandardInput.BaseStream.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        var words = (line ?? "").Split(' ');
        if (words is not ["fireball-test", "ready", var reply])
        {
            process.Kill();
            throw new InvalidOperationException($"'{line}' {await process.StandardError.ReadToEndAsync()}");
        }

        return new AgentProcess(process, LaunchReply.Parser.ParseFrom(Convert.FromBase64String(reply)), secret, directory);
    }

    internal async Task<AgentClient> ConnectAsync(byte[]? secret = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
        return await AgentClient.HandshakeAsync(new NetworkStream(socket, ownsSocket: true), secret ?? Secret);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Supervisor.HasExited)
        {
            // The worker sees its supervisor's end and leaves; it removes its directory.
            Supervisor.Kill();
            await Supervisor.WaitForExitAsync();
        }

        Supervisor.Dispose();
    }
}
