using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// A socket or a pair of pipe ends as a stream, without a system call that blocks. One reader and one writer at a time.
/// </summary>
public sealed class ReactorStream : AsyncStream
{
    private readonly Reactor _reactor;
    private readonly Descriptor? _input;
    private readonly Descriptor? _output;
    private readonly Watch? _inputWatch;
    private readonly Watch? _outputWatch;
    private readonly bool _socket;
    private int _disposed;

    /// <summary>Takes over a connected stream socket.</summary>
    /// <param name="reactor">Whose thread waits.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="readInline">What awaits a read goes on on the reactor's thread; it must not block there.</param>
    public ReactorStream(Reactor reactor, Descriptor socket, bool readInline = false)
    {
        _reactor = reactor;
        _socket = true;
        (_input, _output) = (socket, socket);
        SetNonBlocking(socket.Number);
        _inputWatch = _outputWatch = new Watch(readInline);
        _ = reactor.Add(_inputWatch, socket.Number, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    }

    /// <summary>Takes over the reading end of one pipe and the writing end of another; either may be absent.</summary>
    public ReactorStream(Reactor reactor, Descriptor? input, Descriptor? output)
    {
        _reactor = reactor;
        (_input, _output) = (input, output);
        _inputWatch = Open(input, EPOLLIN | EPOLLET);
        _outputWatch = Open(output, EPOLLOUT | EPOLLET);
    }

    /// <inheritdoc/>
    public override bool CanRead => _input is not null;

    /// <inheritdoc/>
    public override bool CanWrite => _output is not null;

    /// <summary>Tells the peer that no more comes; reading goes on.</summary>
    public void CompleteWriting()
    {
        if (_socket)
        {
            // Not once it is closed: its number may be another's by then.
            if (!_output!.IsClosed)
            {
                _ = NativeCalls.shutdown(_output.Number, SHUT_WR);
            }
        }
        else if (_output is not null && !_output.IsClosed)
        {
            _reactor.Remove(_outputWatch!, _output.Number);
            _output.Dispose();
        }
    }

    /// <summary>Waits until there is something to read, and reads nothing.</summary>
    /// <returns>False: end of file.</returns>
    public async ValueTask<bool> WaitForInputAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Probe(_input!.Number) is { } more)
            {
                return more;
            }

            await _inputWatch!.Input.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var n = TryRead(buffer.Span);
            if (n >= 0)
            {
                return n;
            }

            await _inputWatch!.Input.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (buffer.Length > 0)
        {
            var n = TryWrite(buffer.Span);
            if (n < 0)
            {
                await _outputWatch!.Output.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            buffer = buffer[n..];
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Close(_input, _inputWatch);
            Close(_output, _outputWatch);
        }

        base.Dispose(disposing);
    }

    private static void SetNonBlocking(int descriptor)
    {
        var flags = SystemCall.Check(NativeCalls.fcntl(descriptor, F_GETFL, 0), "fcntl");
        SystemCall.Check(NativeCalls.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), "fcntl");
    }

    // True: bytes; false: the end; null: neither yet.
    private static unsafe bool? Probe(int descriptor)
    {
        var entry = new PollEntry { Descriptor = descriptor, Events = POLLIN };
        if (NativeCalls.poll(&entry, 1, 0) <= 0)
        {
            return null;
        }

        var count = 0;
        return NativeCalls.ioctl(descriptor, FIONREAD, &count) == 0 && count > 0;
    }

    private Watch? Open(Descriptor? descriptor, uint events)
    {
        if (descriptor is null)
        {
            return null;
        }

        SetNonBlocking(descriptor.Number);
        var watch = new Watch();
        _ = _reactor.Add(watch, descriptor.Number, events);
        return watch;
    }

    private void Close(Descriptor? descriptor, Watch? watch)
    {
        if (descriptor is { IsClosed: false })
        {
            _reactor.Remove(watch!, descriptor.Number);
            if (_socket)
            {
                _ = NativeCalls.shutdown(descriptor.Number, SHUT_RDWR);
            }

            descriptor.Dispose();
        }

        watch?.Input.Close();
        watch?.Output.Close();
    }

    private int TryRead(Span<byte> buffer) => Transfer(_input, buffer, reading: true);

    private int TryWrite(ReadOnlySpan<byte> buffer) =>
        Transfer(_output, MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(buffer), buffer.Length), reading: false);

    // -1: not now.
    private static unsafe int Transfer(Descriptor? descriptor, Span<byte> buffer, bool reading)
    {
        ObjectDisposedException.ThrowIf(descriptor is null || descriptor.IsClosed, typeof(ReactorStream));
        var held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            fixed (byte* start = buffer)
            {
                while (true)
                {
                    var n = reading
                        ? NativeCalls.read(descriptor.Number, start, (nuint)buffer.Length)
                        : NativeCalls.write(descriptor.Number, start, (nuint)buffer.Length);
                    if (n >= 0)
                    {
                        return (int)n;
                    }

                    switch (Marshal.GetLastPInvokeError())
                    {
                        case Errno.EINTR:
                            continue;
                        case Errno.EAGAIN:
                            return -1;
                        case var errno:
                            throw new PosixException(errno, reading ? "read" : "write");
                    }
                }
            }
        }
        finally
        {
            if (held)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    private sealed class Watch(bool readInline = false) : ReactorHandler
    {
        internal Readiness Input { get; } = new(readInline);

        internal Readiness Output { get; } = new();

        protected internal override void OnReady(uint events)
        {
            if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0)
            {
                Input.Set();
            }

            if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
            {
                Output.Set();
            }
        }
    }
}
