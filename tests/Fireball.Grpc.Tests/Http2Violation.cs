namespace Fireball.Grpc.Tests;

/// <summary>Frames that a client may not send, and the error code that answers them.</summary>
public sealed class Http2Violation(int errorCode, params Http2Frame[] frames)
{
    public int ErrorCode => errorCode;

    public IReadOnlyList<Http2Frame> Frames => frames;
}
