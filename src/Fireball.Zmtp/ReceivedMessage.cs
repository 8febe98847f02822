using System.Buffers;

namespace Fireball.Zmtp;

/// <summary>
/// A view of a received message: the first frame, the second where there is one, and how many there are.
/// Valid only until the connection is read again.
/// </summary>
/// <param name="FrameCount">Frames in the message; at least 1.</param>
/// <param name="First">The first frame.</param>
/// <param name="Second">The second frame; empty where there is none.</param>
/// <param name="Rest">All frames after the second, for the few who send more than two; null where there are none.</param>
public readonly record struct ReceivedMessage(
    int FrameCount,
    ReadOnlySequence<byte> First,
    ReadOnlySequence<byte> Second,
    IReadOnlyList<ReadOnlySequence<byte>>? Rest = null);
