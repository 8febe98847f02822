using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>This process's standard output or error, exact in bytes; a slow reader makes the command wait.</summary>
internal static class OutputSink
{
    /// <summary>PIPE_BUF of Linux: what a pipe that poll(2) calls writable takes without blocking.</summary>
    private const int NeverBlocks = 4096;

    /// <summary>Writes all bytes.</summary>
    /// <returns>False: the reader is gone.</returns>
    public static ValueTask<bool> WriteAsync(bool isError, ReadOnlyMemory<byte> data)
    {
        int descriptor = isError ? 2 : 1;
        if (data.Length <= NeverBlocks && LocalDescriptor.IsWritable(descriptor))
        {
            return new ValueTask<bool>(LocalDescriptor.WriteAll(descriptor, data.Span));
        }

        // Off the connection's own thread: it must go on answering the peer while the reader here takes its time.
        return new ValueTask<bool>(Task.Run(() => LocalDescriptor.WriteAll(descriptor, data.Span)));
    }
}
