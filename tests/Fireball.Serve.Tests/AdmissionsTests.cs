using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Fireball.Serve.Tests;

/// <summary>The places of a TCP port: 3 for those who have shown nothing, 2 of them for one address, and 2 for those who have.</summary>
public sealed class AdmissionsTests
{
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Second = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress Third = IPAddress.Parse("192.0.2.3");

    private readonly FakeTimeProvider _time = new();
    private readonly Admissions _places;
    private readonly List<string> _closed = [];

    public AdmissionsTests() => _places = new Admissions(
        new TcpOptions(new IPEndPoint(IPAddress.Loopback, 0), Tls: null, TokenFile: "token")
        {
            MaxConnections = 2,
            MaxUnauthenticated = 3,
            MaxUnauthenticatedPerAddress = 2,
        },
        _time);

    [Fact]
    public void An_address_has_so_many_and_others_have_theirs()
    {
        Assert.NotNull(Enter(First, "a"));
        Assert.NotNull(Enter(First, "b"));
        Assert.Null(Enter(First, "c"));
        Assert.NotNull(Enter(Second, "d"));
        Assert.Null(Enter(Third, "e"));
        Assert.Equal((0, 3), _places.Count);
        Assert.Empty(_closed);
    }

    [Fact]
    public void Who_has_shown_nothing_for_a_second_makes_room_the_longest_of_the_address_with_most()
    {
        Enter(Second, "old");
        Enter(First, "a");
        _time.Advance(TimeSpan.FromSeconds(1));
        Enter(First, "b");
        Assert.NotNull(Enter(Third, "c"));
        Assert.Equal(["a"], _closed);
        Assert.NotNull(Enter(First, "d"));
        Assert.Equal(["a", "old"], _closed);
        Assert.Null(Enter(First, "e"));
        Assert.Equal((0, 3), _places.Count);
    }

    [Fact]
    public void Who_has_shown_who_it_is_takes_no_place_of_those_and_makes_no_room()
    {
        using Admissions.Place a = Enter(First, "a")!;
        using Admissions.Place b = Enter(First, "b")!;
        Assert.True(a.TryAdmit());
        Assert.True(a.TryAdmit());
        Assert.True(b.TryAdmit());
        _time.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(Enter(First, "c"));
        Admissions.Place d = Enter(First, "d")!;
        Assert.False(d.TryAdmit());
        Assert.Equal((2, 2), _places.Count);
        Assert.Empty(_closed);
        a.Dispose();
        a.Dispose();
        Assert.True(d.TryAdmit());
        Assert.Equal((2, 1), _places.Count);
    }

    [Fact]
    public void Who_had_to_leave_is_not_admitted_and_leaves_once()
    {
        Admissions.Place a = Enter(First, "a")!;
        Enter(First, "b");
        _time.Advance(TimeSpan.FromSeconds(1));
        Enter(First, "c");
        Assert.Equal(["a"], _closed);
        Assert.False(a.TryAdmit());
        a.Dispose();
        Assert.Equal((0, 2), _places.Count);
    }

    [Fact]
    public void An_address_is_one_by_IPv4_and_mapped_and_a_network_by_IPv6()
    {
        Enter(First, "a");
        Enter(First.MapToIPv6(), "b");
        Assert.Null(Enter(First, "c"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Enter(IPAddress.Parse("2001:db8::1"), "d");
        Enter(IPAddress.Parse("2001:db8::2"), "e");
        Assert.Equal(["a"], _closed);
        Assert.Null(Enter(IPAddress.Parse("2001:db8::3"), "f"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(Enter(IPAddress.Parse("2001:db8:0:1::1"), "g"));
        Assert.Equal(["a", "d"], _closed);
    }

    private Admissions.Place? Enter(IPAddress address, string name) =>
        _places.TryEnter(address, () => _closed.Add(name), out Admissions.Place? place) ? place : null;
}
