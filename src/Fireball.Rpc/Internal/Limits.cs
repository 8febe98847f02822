namespace Fireball.Rpc;

/// <summary>Numbers of envelope.proto, and bounds of this implementation.</summary>
internal static class Limits
{
    /// <summary>The client's credit at the start of a call, in bytes; part of the protocol.</summary>
    internal const int InitialCredit = 256 * 1024;

    /// <summary>What a payload costs beside its length; about what a queued message takes in memory. Part of the protocol.</summary>
    internal const int PayloadOverhead = 64;

    /// <summary>The first frame, in bytes: eight times what gRPC grants metadata. Part of the protocol.</summary>
    internal const int MaxEnvelopeSize = 64 * 1024;

    /// <summary>A payload's frame, in bytes; a longer message takes several. Part of the protocol (ours are up to 256 KiB).</summary>
    internal const int MaxPayloadFrame = 1024 * 1024;

    /// <summary>The envelope of a payload, in bytes: two tags, the call's number and a length of 0.</summary>
    internal const int PayloadEnvelopeSize = 1 + 10 + 2;

    /// <summary>A status's detail, in characters, so that trailers always fit an envelope (arbitrary).</summary>
    internal const int MaxDetail = 8 * 1024;

    /// <summary>
    /// Unsent bytes at which writers wait for the connection: two of the largest chunks, so that one is encoded while
    /// the other is sent, and little stands before an urgent message.
    /// </summary>
    internal const int UnsentHighWater = 512 * 1024;

    /// <summary>
    /// Answers the read loop writes (pongs, refusals) before it waits for the peer to read them (arbitrary).
    /// </summary>
    internal const int MaxUnsentAnswers = 1024;

    /// <summary>Credit beyond this, in bytes, is not meant honestly (arbitrary; 1 TiB).</summary>
    internal const long MaxCredit = 1L << 40;

    /// <summary>
    /// A window grows when its half was read within this time of the last growth or grant: so it stays small on slow
    /// links, where a large one would only delay what comes behind it, keepalive included.
    /// </summary>
    internal static readonly TimeSpan GrowthInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a side that has closed in order waits for the other; it takes a round trip (arbitrary).</summary>
    internal static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    /// <summary>How much a window grows at a time: from 256 KiB to 4 MiB in two steps, so in two round trips.</summary>
    internal const int GrowthFactor = 4;

    /// <summary>The longest time a timer takes (2^32 - 2 ms); a deadline farther away needs none.</summary>
    internal static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1L);
}
