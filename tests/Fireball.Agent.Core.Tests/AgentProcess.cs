using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Fireball.Controller;
using Fireball.Linux;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Agent.Core.Tests;

/// <summary>A built agent, started as ssh's remote command starts it.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly AgentTransport _transport;
    private readonly Lazy<Task<string>> _errors;

    private AgentProcess(
        AgentTransport transport, Process shell, int supervisor, LaunchReply reply, byte[] secret, string directory, DuplexStream channel)
    {
        _transport = transport;
        (Shell, Supervisor, Reply, Secret, Directory, Channel) = (shell, supervisor, reply, secret, directory, channel);
        _errors = new Lazy<Task<string>>(() => shell.StandardError.ReadToEndAsync());
    }

    /// <summary>
    /// The shell that ssh would have started, and that waits for the agent. At the end of its standard input the agent ends
    /// this, its parent; it ends with the agent's exit code.
    /// </summary>
    internal Process Shell { get; }

    /// <summary>Process id of the agent's first process.</summary>
    internal int Supervisor { get; }

    internal LaunchReply Reply { get; }

    internal byte[] Secret { get; }

    internal string Directory { get; }

    /// <summary>What it says on standard error, all of it, read from now on.</summary>
    internal Task<string> Errors => _errors.Value;

    internal string Socket => Reply.Socket.ToStringUtf8();

    /// <summary>The session channel as a stream, for a connection without a socket.</summary>
    internal DuplexStream Channel { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="adjust">Changes what it is told.</param>
    /// <param name="root">What it has for "/", with itself in it as "/agent"; null: as all have it.</param>
    /// <param name="transport">What calls travel in; null: ZMTP.</param>
    /// <param name="wrapper">A program, with arguments, that becomes the one named after them; null: none.</param>
    internal static async Task<AgentProcess> StartAsync(
        Action<LaunchRequest>? adjust = null, string? root = null, AgentTransport? transport = null, IReadOnlyList<string>? wrapper = null)
    {
        transport ??= AgentTransport.Zmq;
        var secret = RandomNumberGenerator.GetBytes(32);
        var directory = $"/tmp/fireball-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        var request = new LaunchRequest
        {
            Secret = ByteString.CopyFrom(secret),
            Directory = ByteString.CopyFromUtf8(directory),
            Contract = ContractVersion.Current,
        };
        adjust?.Invoke(request);
        var process = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "\"$@\" --marker fireball-test; exit $?", "sh", .. wrapper ?? [], .. root is null ? [Executable(transport)] : (string[])["chroot", root, "/agent"]])
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
        var channel = new DuplexStream(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        var line = await channel.ReadLineAsync().WaitAsync(Patience);
        var words = line.Split(' ');
        if (words is not ["fireball-test", "ready", var reply])
        {
            process.Kill();
            throw new InvalidOperationException($"'{line}' {await process.StandardError.ReadToEndAsync()}");
        }

        return new AgentProcess(
            transport,
            process,
            Processes.ChildrenOf(process.Id).Single().Pid,
            LaunchReply.Parser.ParseFrom(Convert.FromBase64String(reply)),
            secret,
            directory,
            channel);
    }

    /// <summary>The executable that this build has made.</summary>
    internal static string Executable(AgentTransport transport) =>
        transport.Name == ConnectionNames.Grpc
            ? BuildOutput.Executable("Fireball.Agent.Grpc", "fireball-agent-grpc")
            : BuildOutput.Executable("Fireball.Agent", "fireball-agent");

    internal async Task<AgentClient> ConnectAsync(byte[]? secret = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
        return await HandshakeAsync(new NetworkStream(socket, ownsSocket: true), secret);
    }

    internal async Task<AgentClient> HandshakeAsync(Stream stream, byte[]? secret = null) =>
        new(await _transport.OpenAsync(stream, Convert.ToHexStringLower(secret ?? Secret)));

    public async ValueTask DisposeAsync()
    {
        // The worker sees its supervisor's end and leaves; it removes its directory.
        _ = OwnProcess.Send(Supervisor, Signal.Kill);
        if (!Shell.HasExited)
        {
            Shell.Kill();
            await Shell.WaitForExitAsync();
        }

        await Channel.DisposeAsync();
        Shell.Dispose();
    }
}
