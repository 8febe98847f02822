using System.Buffers;
using System.Text;

namespace Fireball.Zmtp;

/// <summary>
/// The handshake after the greetings, as a state machine without I/O: commands of the peer go in, our commands come
/// out (as whole frames).
/// </summary>
internal abstract class Mechanism(ZmtpOptions options)
{
    protected ZmtpOptions Options { get; } = options;

    /// <summary>Whether the handshake is done.</summary>
    public bool IsComplete { get; private set; }

    public SocketType PeerSocketType { get; private set; }

    public Dictionary<string, ReadOnlyMemory<byte>> PeerProperties { get; private set; } = [];

    public static Mechanism Create(ZmtpOptions options, bool asServer) => (options.Mechanism, asServer) switch
    {
        (MechanismKind.Plain, true) => new PlainServer(options),
        (MechanismKind.Plain, false) => new PlainClient(options),
        _ => new NullMechanism(options),
    };

    /// <summary>Writes what this side says first.</summary>
    public abstract void Start(ArrayBufferWriter<byte> output);

    /// <summary>Takes a command of the peer and writes the answer.</summary>
    /// <exception cref="ZmtpException">The peer refused us, or we refuse it.</exception>
    public void Process(Command command, ArrayBufferWriter<byte> output)
    {
        if (!command.Name.SequenceEqual("ERROR"u8))
        {
            ProcessStep(command, output);
            return;
        }

        if (!Command.TryParseErrorReason(command.Data, out var reason))
        {
            throw new ZmtpException("the peer refused the connection with a malformed ERROR command");
        }

        throw new ZmtpException($"the peer refused the connection: {(reason.Length > 0 ? reason : "no reason given")}")
        {
            PeerReason = reason,
        };
    }

    public static void WriteError(ArrayBufferWriter<byte> output, string reason)
    {
        var text = Encoding.ASCII.GetBytes(reason);
        WriteCommand(output, "ERROR"u8, [(byte)text.Length, .. text]);
    }

    protected abstract void ProcessStep(Command command, ArrayBufferWriter<byte> output);

    protected static void WriteCommand(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var bodyLength = 1 + name.Length + data.Length;
        output.Advance(FrameHeader.Write(output.GetSpan(FrameHeader.LongSize), FrameFlags.Command, bodyLength));
        output.Write([(byte)name.Length]);
        output.Write(name);
        output.Write(data);
    }

    /// <summary>Writes READY or INITIATE with this side's properties.</summary>
    protected void WriteMetadata(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        var metadata = new ArrayBufferWriter<byte>();
        Properties.Write(
            metadata, Properties.SocketType, Encoding.ASCII.GetBytes(SocketTypes.Name(Options.SocketType)));
        if (Options.Identity.Length > 0 || Options.SocketType == SocketType.Dealer)
        {
            Properties.Write(metadata, Properties.Identity, Options.Identity.Span);
        }

        foreach (var (key, value) in Options.Properties ?? new Dictionary<string, ReadOnlyMemory<byte>>())
        {
            Properties.Write(metadata, key, value.Span);
        }

        WriteCommand(output, name, metadata.WrittenSpan);
    }

    /// <summary>Takes the peer's metadata from its READY or INITIATE, the last thing it says in the handshake.</summary>
    protected void Complete(ReadOnlySpan<byte> metadata)
    {
        if (!Properties.TryParse(metadata, out var properties, out var reason))
        {
            throw Violation(reason);
        }

        if (!properties.TryGetValue(Properties.SocketType, out var name)
            || !SocketTypes.TryParse(name.Span, out var type))
        {
            throw new ZmtpException("the peer does not name a socket type that is known") { ReasonForPeer = "Invalid socket type" };
        }

        if (!SocketTypes.AreCompatible(Options.SocketType, type))
        {
            throw new ZmtpException(
                $"the peer is a {SocketTypes.Name(type)}, which a {SocketTypes.Name(Options.SocketType)} cannot talk to")
            {
                ReasonForPeer = "Invalid socket type",
            };
        }

        if (properties.TryGetValue(Properties.Identity, out var identity) && identity.Length > byte.MaxValue)
        {
            throw Violation("the peer's identity is longer than 255 bytes");
        }

        PeerSocketType = type;
        PeerProperties = properties;
        IsComplete = true;
    }

    protected static ZmtpException Violation(string message) => new(message) { ReasonForPeer = "Protocol violation" };

    protected static ZmtpException Unexpected(Command command, string expected) =>
        Violation($"the peer sent {Command.Printable(command.Name)} in the handshake where {expected} belongs");
}
