using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Fireball.Serve;

/// <summary>
/// The places of a TCP port, as sshd's MaxStartups has them: connections that have not shown who they are have places of their
/// own, fewer for each address, and take none from those that have. Where there is no place left, the one that has shown
/// nothing for longest makes room, of the address that has most of them. Thread-safe.
/// </summary>
internal sealed class Admissions(TcpOptions options, TimeProvider time)
{
    /// <summary>
    /// What a connection is left at least to show who it is, whatever else comes. A TLS handshake takes 2 ms of processor and
    /// two round trips: within 1 s those of 200 clients who come at once are done, from afar too.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>The bytes of an IPv6 address that name a network; below it, one host has all.</summary>
    private const int NetworkBytes = 8;

    private readonly TcpOptions _options = options;
    private readonly Lock _gate = new();

    // The oldest first.
    private readonly List<Place> _waiting = [];
    private int _admitted;

    /// <summary>Those that have shown who they are, and those that have not.</summary>
    public (int Admitted, int Waiting) Count
    {
        get
        {
            lock (_gate)
            {
                return (_admitted, _waiting.Count);
            }
        }
    }

    /// <summary>A place for a connection that has shown nothing yet; false: there is none.</summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="close">Ends it, at once and without throwing, when it has to make room.</param>
    /// <param name="place">To be disposed of when the connection has ended.</param>
    public bool TryEnter(IPAddress address, Action close, [NotNullWhen(true)] out Place? place)
    {
        UInt128 source = SourceOf(address);
        Place? leaving = null;
        lock (_gate)
        {
            bool isFull = _waiting.Count(other => other.Source == source) >= _options.MaxUnauthenticatedPerAddress;
            if (isFull || _waiting.Count >= _options.MaxUnauthenticated)
            {
                UInt128 from = isFull ? source : _waiting.GroupBy(other => other.Source).MaxBy(group => group.Count())!.Key;
                leaving = _waiting.Find(other => other.Source == from)!;
                if (time.GetElapsedTime(leaving.Since) < Grace)
                {
                    place = null;
                    return false;
                }

                _ = _waiting.Remove(leaving);
                leaving.State = PlaceState.Left;
            }

            place = new Place(this, source, time.GetTimestamp(), close);
            _waiting.Add(place);
        }

        leaving?.Close();
        return true;
    }

    // IPv4 is what is mapped into IPv6; of IPv6, the network.
    private static UInt128 SourceOf(IPAddress address)
    {
        byte[] bytes = address.MapToIPv6().GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6)
        {
            bytes.AsSpan(NetworkBytes).Clear();
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>What a connection holds.</summary>
    internal enum PlaceState
    {
        /// <summary>A place among those that have shown nothing.</summary>
        Waiting,

        /// <summary>A place among those that have shown who they are.</summary>
        Admitted,

        /// <summary>None any more.</summary>
        Left,
    }

    /// <summary>A connection's place.</summary>
    internal sealed class Place(Admissions owner, UInt128 source, long since, Action close) : IDisposable
    {
        public UInt128 Source { get; } = source;

        public long Since { get; } = since;

        public PlaceState State { get; set; }

        public void Close() => close();

        /// <summary>It has shown who it is; false: it had to leave, or as many are there as can be.</summary>
        public bool TryAdmit()
        {
            lock (owner._gate)
            {
                if (State == PlaceState.Waiting && owner._admitted < owner._options.MaxConnections)
                {
                    _ = owner._waiting.Remove(this);
                    owner._admitted++;
                    State = PlaceState.Admitted;
                }

                return State == PlaceState.Admitted;
            }
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                if (State == PlaceState.Waiting)
                {
                    _ = owner._waiting.Remove(this);
                }
                else if (State == PlaceState.Admitted)
                {
                    owner._admitted--;
                }

                State = PlaceState.Left;
            }
        }
    }
}
