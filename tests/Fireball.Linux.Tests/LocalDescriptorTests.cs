using System.IO.Pipes;
using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

public sealed class LocalDescriptorTests
{
    private static readonly byte[] Line = [.. new byte[99], (byte)'\n'];

    [Fact]
    public async Task A_line_that_a_pipes_reader_leaves_unread_is_left_out_and_a_later_one_is_written()
    {
        using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        int descriptor = (int)writer.SafePipeHandle.DangerousGetHandle();
        int written = 0;
        await Task.Run(() =>
        {
            while (LocalDescriptor.TryWriteLine(descriptor, Line))
            {
                written += Line.Length;
            }
        }).WaitAsync(Until.Limit);

        Assert.True(written > 30_000, $"{written}");
        await reader.ReadExactlyAsync(new byte[written]);
        Assert.True(LocalDescriptor.TryWriteLine(descriptor, Line));
    }

    [Fact]
    public async Task A_line_that_a_sockets_reader_leaves_unread_is_left_out()
    {
        var (ours, theirs) = OwnProcess.SocketPair();
        using (ours)
        {
            using (theirs)
            {
                await Task.Run(() =>
                {
                    while (LocalDescriptor.TryWriteLine(ours.Number, Line))
                    {
                    }
                }).WaitAsync(Until.Limit);
            }

            Assert.False(LocalDescriptor.TryWriteLine(ours.Number, Line));
        }
    }
}
