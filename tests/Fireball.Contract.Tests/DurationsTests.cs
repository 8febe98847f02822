using Fireball.V1;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Contract.Tests;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(12_345_678_901)]
    public void A_time_comes_back(long ticks) => Assert.Equal(ticks, Durations.Read(Durations.Of(TimeSpan.FromTicks(ticks)))!.Value.Ticks);

    [Fact]
    public void The_longest_times_become_the_longest_that_there_are()
    {
        Assert.Equal((315_576_000_000, 0), (Durations.Of(TimeSpan.MaxValue).Seconds, Durations.Of(TimeSpan.MaxValue).Nanos));
        Assert.Equal(-315_576_000_000, Durations.Of(TimeSpan.MinValue).Seconds);
        Assert.NotNull(Durations.Read(Durations.Of(TimeSpan.MaxValue)));
    }

    [Theory]
    [InlineData(315_576_000_001, 0)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(0, int.MinValue)]
    [InlineData(1, -1)]
    [InlineData(-1, 1)]
    public void What_is_not_well_formed_is_none(long seconds, int nanos) =>
        Assert.Null(Durations.Read(new Duration { Seconds = seconds, Nanos = nanos }));

    [Fact]
    public void What_is_absent_is_none() => Assert.Null(Durations.Read(null));
}
