using Fireball.Controller;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Serve;

/// <summary>What the library tells of a command, as messages again.</summary>
internal static class ExecMessages
{
    /// <summary>Valid as long as the output is: until the next one is read.</summary>
    public static ControllerExecResponse ToResponse(ExecOutput output)
    {
        ByteString data = UnsafeByteOperations.UnsafeWrap(output.Data);
        return output.IsError ? new ControllerExecResponse { StderrData = data } : new ControllerExecResponse { StdoutData = data };
    }

    public static ExecExited ToExited(ExecExit exit) => new()
    {
        ExitCode = (uint)exit.ExitCode,
        Signal = (uint)exit.Signal,
        CoreDumped = exit.CoreDumped,
        OutputOpen = exit.OutputOpen,
        Usage = new ResourceUsage
        {
            UserTime = Durations.Of(exit.Usage.User),
            SystemTime = Durations.Of(exit.Usage.System),
            MaxRssKib = (ulong)exit.Usage.MaxResidentKib,
            WallTime = Durations.Of(exit.Usage.Wall),
        },
    };
}
