namespace Fireball.PeerBenchmark;

/// <summary>
/// An implementation of ZMTP on one carrier: a DEALER or its like in each of two processes that are connected for as
/// long as this lives. One measurement at a time.
/// </summary>
internal interface IZmtpPeer : IAsyncDisposable
{
    /// <summary>The implementation, as "libzmq by pyzmq".</summary>
    string Engine { get; }

    /// <summary>What the bytes travel on; only peers on the same carrier are compared.</summary>
    ZmtpCarrier Carrier { get; }

    /// <summary>
    /// The median round-trip time of <paramref name="count"/> messages of <paramref name="size"/> bytes, one after the
    /// other, in microseconds.
    /// </summary>
    Task<double> EchoAsync(int size, int count);

    /// <summary>
    /// Messages of <paramref name="size"/> bytes received a second while the other process sends
    /// <paramref name="count"/> as fast as it can. The clock starts at the first.
    /// </summary>
    Task<double> OneWayAsync(int size, int count);
}
