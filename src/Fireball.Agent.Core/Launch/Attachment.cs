using System.Text;
using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>
/// A plain relay between the session channel and the socket of an agent that is there already: how an owner whose ssh died
/// comes back where forwarding is denied. Reads one byte of length and the socket's path from standard input; answers
/// `MARKER attached` or `MARKER failed REASON`; then the channel is the socket.
/// </summary>
internal static class Attachment
{
    // What one read moves; a pipe's capacity.
    private const int ChunkSize = 64 * 1024;

    internal static int Run(string marker)
    {
        OwnProcess.EnsureStandardStreams();
        OwnProcess.Ignore(Signal.Pipe);
        try
        {
            if (ControlChannel.Read(0, 1) is not [var length] || ControlChannel.Read(0, length) is not { } path)
            {
                throw new InvalidDataException("standard input ended before the socket's path");
            }

            var socket = Connect(Encoding.UTF8.GetString(path));
            Log.Write(Log.Output, $"{marker} attached");
            RelayAsync(socket).GetAwaiter().GetResult();
            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            Log.Write(Log.Output, $"{marker} failed {e.Message}");
            return 1;
        }
    }

    // Nothing is said to a socket that another user may have made: the directory and the socket in it are this user's.
    private static Descriptor Connect(string path)
    {
        using var directory = PrivateDirectory.TryOpen(Path.GetDirectoryName(path) ?? "")
            ?? throw new InvalidDataException($"{Path.GetDirectoryName(path)} is no directory of this user alone");
        var name = Path.GetFileName(path);
        var found = PosixFile.GetStatusAt(directory.Number, Encoding.UTF8.GetBytes(name), follow: false, out var status);
        return found >= 0 && status.Kind == FileKind.Socket && status.UserId == PeerIdentity.OwnUserId
            ? UnixConnector.Connect(directory.PathOf(name))
            : throw new InvalidDataException($"{path} is no socket of this user");
    }

    private static async Task RelayAsync(Descriptor socket)
    {
        using var reactor = new Reactor("reactor");
        await using var agent = new ReactorStream(reactor, socket);
        await using var channel = new ReactorStream(
            reactor, new Descriptor(0, owns: false), new Descriptor(1, owns: false));
        var inward = MoveAsync(channel, agent);
        var outward = MoveAsync(agent, channel);

        // The agent's end ends it all; the owner's end is passed on, so that what is on its way back still arrives.
        try
        {
            await outward;
        }
        catch (PosixException e) when (e.Errno == Errno.EPIPE)
        {
            // The owner has gone, and does not read the agent's farewell.
        }

        if (inward.IsCompleted)
        {
            await inward;
        }
    }

    private static async Task MoveAsync(ReactorStream from, ReactorStream to)
    {
        var buffer = new byte[ChunkSize];
        while (await from.ReadAsync(buffer) is > 0 and var n)
        {
            await to.WriteAsync(buffer.AsMemory(0, n));
        }

        to.CompleteWriting();
    }
}
