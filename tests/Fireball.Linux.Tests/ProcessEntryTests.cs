using System.Text;

namespace Fireball.Linux.Tests;

public sealed class ProcessEntryTests
{
    [Fact]
    public void A_name_may_hold_anything()
    {
        Assert.True(ProcessEntry.TryParse("12 (a) (b) R 1 2 3 0 -1"u8, out var entry));
        Assert.Equal(new ProcessEntry(12, 'R', 1, 2, 3), entry);
    }

    [Theory]
    [InlineData("")]
    [InlineData(")")]
    [InlineData("12 (a")]
    [InlineData("12 (a) R 1 2 3")]
    [InlineData("12 (a)  1 2 3 0")]
    [InlineData("12 (a)R 1 2 3 0")]
    [InlineData("12 (a) RR 1 2 3 0")]
    [InlineData("12 (a) R x 2 3 0")]
    public void What_the_kernel_does_not_write_is_refused(string stat) =>
        Assert.False(ProcessEntry.TryParse(Encoding.ASCII.GetBytes(stat), out _));
}
