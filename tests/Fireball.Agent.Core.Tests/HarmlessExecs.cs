using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Agent.Core.Tests;

/// <summary>Execs that change nothing, whatever a mutation has made of them.</summary>
internal static class HarmlessExecs
{
    /// <summary>The signal after which a process does what it did before.</summary>
    internal const uint Continue = 18;

    /// <summary>From SIGSTOP to SIGTTOU: a process that is stopped ends by no half-close, which every call here ends with.</summary>
    private const uint FirstStop = 19, LastStop = 22;

    /// <summary>Gives its input back, and nothing more.</summary>
    internal static ByteString Program { get; } = ByteString.CopyFromUtf8("/bin/cat");

    /// <summary>A line for the shell.</summary>
    internal static ByteString Line { get; } = ByteString.CopyFromUtf8("exit 3");

    /// <summary>The request, or the same with the harmless program in the place of any other that there may be.</summary>
    internal static byte[] Tame(byte[] bytes)
    {
        ExecRequest request;
        try
        {
            request = ExecRequest.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return bytes;
        }

        if (request.StepCase == ExecRequest.StepOneofCase.Signal && request.Signal is >= FirstStop and <= LastStop)
        {
            return new ExecRequest { Signal = Continue }.ToByteArray();
        }

        if (request.Start is not { } start || (start.Argv is [] || IsHarmless(start.Argv[0])) && IsHarmlessLine(start.Shell))
        {
            return bytes;
        }

        start.Argv.Clear();
        start.Argv.Add(Program);
        start.Shell = ByteString.Empty;
        return request.ToByteArray();
    }

    // A name without a slash is looked for in many places: not looked at here, but taken for harmful.
    private static bool IsHarmless(ByteString program) =>
        program.IsEmpty || program == Program || HoldsNul(program)
        || (program.Span[0] == (byte)'/' && !File.Exists(PosixText.Decode(program.Span)))
        || program.ToStringUtf8() is "/etc/passwd" or "../up" or "..";

    private static bool IsHarmlessLine(ByteString line) =>
        line.IsEmpty || line == Line || HoldsNul(line) || line.ToStringUtf8() is "/etc/passwd" or "../up" or "..";

    private static bool HoldsNul(ByteString text) => text.Span.Contains((byte)0);
}
