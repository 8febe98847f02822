using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace Fireball.Zmtp;

/// <content>Greetings and the mechanism's commands, RFC 37.</content>
public sealed partial class ZmtpConnection
{
    private static async Task<ZmtpConnection> HandshakeAsync(
        ByteStream stream, ZmtpOptions options, bool asServer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(asServer);
        return options.Eager
            ? await StartEagerlyAsync(stream, options).ConfigureAwait(false)
            : await HandshakeInTimeAsync(stream, options, asServer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends our half. <see cref="FinishEagerAsync"/> takes the peer's.</summary>
    private static async ValueTask<ZmtpConnection> StartEagerlyAsync(ByteStream stream, ZmtpOptions options)
    {
        var mechanism = Mechanism.Create(options, asServer: false);
        var output = new ArrayBufferWriter<byte>();
        Greeting.Write(output.GetSpan(Greeting.Size), options.Mechanism, asServer: false);
        output.Advance(Greeting.Size);
        mechanism.Start(output);
        try
        {
            await stream.SendAsync(output.WrittenMemory).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            await CloseRefusedAsync(stream, failure: null).ConfigureAwait(false);
            throw new ZmtpException($"the connection broke in the handshake: {e.Message}", e) { HandshakeFailed = true };
        }

        return new ZmtpConnection(options, stream, new FrameBuffer(), mechanism);
    }

    private static async Task<ZmtpConnection> HandshakeInTimeAsync(
        ByteStream stream, ZmtpOptions options, bool asServer, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.HandshakeTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        // Not every stream heeds a token.
        using var abort = either.Token.UnsafeRegister(static stream => ((ByteStream)stream!).Abort(), stream);
        var received = new FrameBuffer();
        try
        {
            return await HandshakeAsync(stream, options, asServer, received, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            received.Release();
            await CloseRefusedAsync(stream, e as ZmtpException).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested)
            {
                throw new ZmtpException(
                    $"the handshake did not end within {options.HandshakeTimeout.TotalSeconds:0.#} s", e);
            }

            if (e is IOException and not ZmtpException or SocketException or ObjectDisposedException)
            {
                throw new ZmtpException($"the connection broke in the handshake: {e.Message}", e);
            }

            throw;
        }
    }

    private static async Task<ZmtpConnection> HandshakeAsync(
        ByteStream stream, ZmtpOptions options, bool asServer, FrameBuffer received, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        Greeting.Write(output.GetSpan(Greeting.Size), options.Mechanism, asServer);
        output.Advance(Greeting.Size);
        var mechanism = Mechanism.Create(options, asServer);
        await stream.SendAsync(output.WrittenMemory).ConfigureAwait(false);

        Greeting greeting;
        while (!TryReadGreeting(received, out greeting))
        {
            await ReceiveHandshakeAsync(stream, received, $"greeting (ours names the mechanism {MechanismName(options)})", cancellationToken).ConfigureAwait(false);
        }

        ThrowIfMismatched(greeting, options, asServer);
        output.ResetWrittenCount();
        mechanism.Start(output);
        while (true)
        {
            if (output.WrittenCount > 0)
            {
                await stream.SendAsync(output.WrittenMemory).ConfigureAwait(false);
                output.ResetWrittenCount();
            }

            if (mechanism.IsComplete)
            {
                var connection = new ZmtpConnection(options, stream, received, mechanism);
                connection.Complete(greeting);
                return connection;
            }

            while (!TryProcessCommand(received, mechanism, output, options.MaxHandshakeSize))
            {
                await ReceiveHandshakeAsync(stream, received, "handshake", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The peer's half of an eager handshake. All of ours is sent, so nothing is answered.</summary>
    private async ValueTask FinishHandshakeAsync(Mechanism mechanism, CancellationToken cancellationToken)
    {
        Greeting greeting;
        while (!TryReadGreeting(_received, out greeting))
        {
            await ReceiveHandshakeAsync(_stream, _received, "greeting", cancellationToken).ConfigureAwait(false);
        }

        ThrowIfMismatched(greeting, _options, asServer: false);
        var answer = new ArrayBufferWriter<byte>();
        while (!mechanism.IsComplete)
        {
            while (!TryProcessCommand(_received, mechanism, answer, _options.MaxHandshakeSize))
            {
                await ReceiveHandshakeAsync(_stream, _received, "handshake", cancellationToken).ConfigureAwait(false);
            }
        }

        Complete(greeting);
    }

    private void Complete(Greeting peer)
    {
        PeerSocketType = _handshake!.PeerSocketType;
        PeerProperties = _handshake.PeerProperties;
        PeerVersion = new Version(peer.Major, peer.Minor);
        PeerIdentity = PeerProperties.GetValueOrDefault(Properties.Identity);
        _handshake = null;
        StartHeartbeats();
    }

    private static bool TryReadGreeting(FrameBuffer received, out Greeting greeting)
    {
        switch (Greeting.TryParse(received.Unconsumed, out greeting, out var reason))
        {
            case ParseStatus.Complete:
                received.Consume(Greeting.Size);
                return true;
            case ParseStatus.Invalid:
                throw new ZmtpException(reason);
            default:
                return false;
        }
    }

    private static void ThrowIfMismatched(Greeting peer, ZmtpOptions options, bool asServer)
    {
        var ours = MechanismName(options);
        if (!string.Equals(peer.Mechanism, ours, StringComparison.Ordinal))
        {
            throw new ZmtpException($"the peer's mechanism is {peer.Mechanism}, ours {ours}")
            {
                ReasonForPeer = "Mechanism mismatch",
            };
        }

        // A server of libzmq announces 0 as well, so only two servers can be told here.
        if (options.Mechanism == MechanismKind.Plain && asServer && peer.AsServer)
        {
            throw new ZmtpException("both peers are PLAIN servers") { ReasonForPeer = "Both peers are servers" };
        }
    }

    private static string MechanismName(ZmtpOptions options) =>
        Encoding.ASCII.GetString(Greeting.MechanismName(options.Mechanism));

    private static bool TryProcessCommand(
        FrameBuffer received, Mechanism mechanism, ArrayBufferWriter<byte> output, int maxSize)
    {
        var input = received.Unconsumed;
        var status = FrameHeader.TryParse(input, out var header, out var reason);
        if (status == ParseStatus.Invalid)
        {
            throw new ZmtpException(reason) { ReasonForPeer = "Protocol violation" };
        }

        if (status == ParseStatus.Incomplete)
        {
            return false;
        }

        if (!header.IsCommand)
        {
            throw new ZmtpException("the peer sent a message before the handshake was done")
            {
                ReasonForPeer = "Protocol violation",
            };
        }

        if (header.BodyLength > maxSize)
        {
            throw new ZmtpException(
                $"the peer sent a command of {header.BodyLength} bytes in the handshake, at most {maxSize} are accepted")
            {
                ReasonForPeer = "Handshake too large",
            };
        }

        if (input.Length < header.Size + header.BodyLength)
        {
            return false;
        }

        if (!Command.TryParse(input.Slice(header.Size, (int)header.BodyLength), out var command))
        {
            throw new ZmtpException("the peer sent a malformed command") { ReasonForPeer = "Protocol violation" };
        }

        mechanism.Process(command, output);
        received.Consume(header.Size + (int)header.BodyLength);
        return true;
    }

    private static async ValueTask ReceiveHandshakeAsync(
        ByteStream stream, FrameBuffer received, string phase, CancellationToken cancellationToken)
    {
        var count = await stream.ReceiveAsync(received.GetFreeSpace(0), cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            throw new ZmtpException($"the peer closed the connection in the {phase}");
        }

        received.Received(count);
    }

    /// <summary>Tells the peer why, where there is something to tell, and closes.</summary>
    private static async ValueTask CloseRefusedAsync(ByteStream stream, ZmtpException? failure)
    {
        try
        {
            if (failure?.ReasonForPeer is { } reason)
            {
                var output = new ArrayBufferWriter<byte>();
                Mechanism.WriteError(output, reason);
                await stream.SendAsync(output.WrittenMemory).ConfigureAwait(false);
                await stream.ShutdownSendAsync().ConfigureAwait(false);
            }

            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The handshake's own failure is the one to report.
        }
    }
}
