using Fireball.Zmtp;

namespace Fireball.Fuzz;

/// <summary>Each parser of ZMTP by itself: the bytes as a greeting, a frame's header, a command's body, and its data.</summary>
internal static class ZmtpPartsTarget
{
    internal static void Run(byte[] input)
    {
        Greet(input);
        ReadHeader(input);
        if (Command.TryParse(input, out Command command))
        {
            FuzzTargets.RequirePlainLine(Command.Printable(command.Name));
            ReadData(command.Data);
        }

        ReadData(input);
    }

    private static void Greet(ReadOnlySpan<byte> input)
    {
        ParseStatus status = Greeting.TryParse(input, out Greeting greeting, out string reason);
        FuzzTargets.RequirePlainLine(reason);
        FuzzTargets.Require(status == ParseStatus.Invalid == (reason.Length > 0), "a greeting refused, with a reason");
        if (status == ParseStatus.Complete)
        {
            FuzzTargets.RequirePlainLine(greeting.Mechanism);
            FuzzTargets.Require(greeting is { Major: >= 3, Mechanism.Length: > 0 and <= 20 }, "a greeting as the grammar has it");
        }
    }

    private static void ReadHeader(ReadOnlySpan<byte> input)
    {
        ParseStatus status = FrameHeader.TryParse(input, out FrameHeader header, out string reason);
        FuzzTargets.Require(status == ParseStatus.Invalid == (reason.Length > 0), "a header refused, with a reason");
        if (status != ParseStatus.Complete)
        {
            return;
        }

        FuzzTargets.Require(header.BodyLength >= 0 && header.Size <= input.Length && !(header.IsCommand && header.More), "a header as the grammar has it");
        if (header.BodyLength > int.MaxValue)
        {
            return;
        }

        // The writer chooses the shortest form, the reader takes both.
        Span<byte> written = stackalloc byte[FrameHeader.LongSize];
        int size = FrameHeader.Write(written, header.Flags & ~FrameFlags.Long, (int)header.BodyLength);
        FuzzTargets.Require(
            FrameHeader.TryParse(written[..size], out FrameHeader again, out _) == ParseStatus.Complete
                && again.BodyLength == header.BodyLength && again.More == header.More && again.IsCommand == header.IsCommand,
            "a header written anew is the same");
    }

    private static void ReadData(ReadOnlySpan<byte> data)
    {
        if (Command.TryParseErrorReason(data, out string reason))
        {
            FuzzTargets.RequirePlainLine(reason);
        }

        if (Properties.TryParse(data, out Dictionary<string, ReadOnlyMemory<byte>> properties, out reason))
        {
            int length = properties.Sum(property => 1 + property.Key.Length + sizeof(int) + property.Value.Length);
            FuzzTargets.Require(length == data.Length, "properties fill their data");
        }
        else
        {
            FuzzTargets.RequirePlainLine(reason);
        }

        if (Heartbeat.TryParsePing(data, out TimeSpan ttl, out ReadOnlySpan<byte> context))
        {
            Span<byte> pong = stackalloc byte[Heartbeat.MaxBodySize];
            FuzzTargets.Require(ttl >= TimeSpan.Zero && Heartbeat.WritePong(pong, context) == 5 + context.Length, "a PING is answered");
        }

        if (PlainServer.TryParseHello(data, out ReadOnlySpan<byte> user, out ReadOnlySpan<byte> password))
        {
            FuzzTargets.Require(user.Length + password.Length + 2 == data.Length, "HELLO is filled by name and password");
        }

        FuzzTargets.Require(!SocketTypes.TryParse(data, out SocketType type) || SocketTypes.Name(type).Length == data.Length, "a socket type by its name");
    }
}
