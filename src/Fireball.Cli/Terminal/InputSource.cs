using System.Buffers;
using Fireball.Controller;
using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>This process's standard input on its way to a command.</summary>
internal static class InputSource
{
    private const int StandardInput = 0;

    /// <summary>The most that is taken before the command is started; leaves with the start in one write.</summary>
    private const int MaxFirst = FireballProcess.MaxInputChunk;

    /// <summary>
    /// What can be had without waiting. A terminal is not read before the command runs; /dev/null and a closed
    /// descriptor are no input at all.
    /// </summary>
    public static ExecInput TakeFirst()
    {
        if (LocalDescriptor.IsNothing(StandardInput))
        {
            return ExecInput.None;
        }

        if (LocalDescriptor.IsTerminal(StandardInput))
        {
            return ExecInput.Streamed;
        }

        byte[] buffer = new byte[MaxFirst];
        int filled = 0;
        while (filled < buffer.Length && LocalDescriptor.IsReadable(StandardInput))
        {
            int count = LocalDescriptor.Read(StandardInput, buffer.AsSpan(filled));
            if (count == 0)
            {
                return ExecInput.Whole(buffer.AsMemory(0, filled));
            }

            filled += count;
        }

        return new ExecInput(IsUsed: true, buffer.AsMemory(0, filled), IsWhole: false);
    }

    /// <summary>Everything to its end; null where there is no input at all.</summary>
    public static ReadOnlyMemory<byte>? TakeAll()
    {
        if (LocalDescriptor.IsNothing(StandardInput))
        {
            return null;
        }

        var all = new ArrayBufferWriter<byte>();
        while (LocalDescriptor.Read(StandardInput, all.GetSpan(MaxFirst)) is > 0 and int count)
        {
            all.Advance(count);
        }

        return all.WrittenMemory;
    }

    /// <summary>
    /// Copies the rest until its end. Reading blocks, so it has a thread of its own, which ends with the process where
    /// nothing more comes.
    /// </summary>
    /// <param name="input">Where to; disposed at the end of input.</param>
    /// <param name="failed">Told why reading failed.</param>
    public static void Pump(Stream input, Action<IOException> failed)
    {
        var thread = new Thread(() => Copy(input, failed)) { IsBackground = true, Name = "stdin" };
        thread.Start();
    }

    private static void Copy(Stream input, Action<IOException> failed)
    {
        try
        {
            byte[] buffer = new byte[FireballProcess.MaxInputChunk];
            while (LocalDescriptor.Read(StandardInput, buffer) is > 0 and int count)
            {
                input.WriteAsync(buffer.AsMemory(0, count)).AsTask().GetAwaiter().GetResult();
            }

            input.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (IOException error)
        {
            failed(error);
        }
        catch (ObjectDisposedException)
        {
            // The command has ended and so has its input.
        }
    }
}
