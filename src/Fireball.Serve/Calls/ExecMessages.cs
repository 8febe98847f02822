using Fireball.Controller;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Serve;

/// <summary>What the library tells of a command, as messages again.</summary>
internal static class ExecMessages
{
    /// <summary>Valid as long as the output is: until the next one is read.</summary>
    public static ExecResponse ToResponse(ExecOutput output)
    {
        ByteString data = UnsafeByteOperations.UnsafeWrap(output.Data);
        return output.IsError ? new ExecResponse { Stderr = data } : new ExecResponse { Stdout = data };
    }

    public static ExecExited ToExited(ExecExit exit) => new()
    {
        ExitCode = (uint)exit.ExitCode,
        Signal = (uint)exit.Signal,
        CoreDumped = exit.CoreDumped,
        OutputOpen = exit.OutputOpen,
        Usage = new ResourceUsage
        {
            UserUs = (ulong)exit.Usage.User.TotalMicroseconds,
            SystemUs = (ulong)exit.Usage.System.TotalMicroseconds,
            MaxRssKib = (ulong)exit.Usage.MaxResidentKib,
            WallUs = (ulong)exit.Usage.Wall.TotalMicroseconds,
        },
    };
}
