using System.Globalization;
using Fireball.Programs;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fireball.Cli.Tests;

/// <summary>What holds for all lengths of time, and for all texts that may be one.</summary>
[Properties(MaxTest = 1000, Replay = "1,3", QuietOnSuccess = true)]
public sealed class DurationPropertyTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    [Property]
    public Property A_whole_number_of_a_unit_is_read_up_to_the_longest_time() => Prop.ForAll(
        Gen.Elements(("ms", 1L), ("s", 1000), ("", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)).ToArbitrary(),
        Gen.OneOf(Gen.Choose(0, 60), Gen.Choose(0, int.MaxValue)).ToArbitrary(),
        (unit, number) =>
        {
            bool isRead = Duration.TryParse(number.ToString(CultureInfo.InvariantCulture) + unit.Item1, out TimeSpan value);
            Assert.Equal(number * unit.Item2 <= Longest.TotalMilliseconds, isRead);
            Assert.Equal(isRead ? TimeSpan.FromMilliseconds(number * unit.Item2) : default, value);
        });

    [Property]
    public Property A_time_of_milliseconds_is_read_as_it_was_written_in_seconds() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), milliseconds =>
        {
            string text = (milliseconds / 1000m).ToString(CultureInfo.InvariantCulture) + "s";
            Assert.True(Duration.TryParse(text, out TimeSpan value));
            Assert.Equal(milliseconds, value.TotalMilliseconds);
        });

    [Property]
    public Property Any_text_is_a_time_in_range_or_none() => Prop.ForAll(
        Gen.ListOf(Gen.Elements("1", "9", "0", ".", ",", "-", "+", " ", "e", "m", "s", "h", "d", "ms", "NaN", "Infinity", "∞", "٣", "\0"))
            .Select(string.Concat).ToArbitrary(),
        text =>
        {
            bool isRead = Duration.TryParse(text, out TimeSpan value);
            Assert.InRange(value, TimeSpan.Zero, Longest);
            Assert.True(!isRead || text.TrimEnd('m', 's', 'h', 'd').All(character => char.IsAsciiDigit(character) || character == '.'));
        });
}
