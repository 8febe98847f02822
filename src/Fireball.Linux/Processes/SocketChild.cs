using System.Net.Sockets;

namespace Fireball.Linux;

/// <summary>
/// A child process in a session of its own (so that no terminal's Ctrl-C or hang-up reaches it) whose standard input
/// and output are one end of a socket pair and whose standard error is one end of another: read and written without
/// a blocked thread.
/// </summary>
public sealed class SocketChild : IDisposable
{
    private readonly Lock _gate = new();
    private bool _reaped;

    private SocketChild(int pid, Socket channel, Socket error)
    {
        Pid = pid;
        Channel = channel;
        Error = error;
    }

    /// <summary>The process id.</summary>
    public int Pid { get; }

    /// <summary>Our end of its standard input (send) and output (receive).</summary>
    public Socket Channel { get; }

    /// <summary>Our end of its standard error.</summary>
    public Socket Error { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="request">What to start; its <see cref="SpawnRequest.HasInput"/> is not used.</param>
    /// <exception cref="SpawnException">Nothing was started.</exception>
    /// <exception cref="PosixException">There are no descriptors left.</exception>
    public static SocketChild Start(SpawnRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (channel, theirChannel) = SocketPair();
        using (theirChannel)
        {
            try
            {
                return Start(request, channel, theirChannel);
            }
            catch
            {
                channel.Dispose();
                throw;
            }
        }
    }

    /// <summary>Sends a signal; nothing once it has been waited for.</summary>
    public void Kill(int signal)
    {
        lock (_gate)
        {
            if (!_reaped)
            {
                _ = OwnProcess.Send(Pid, signal);
            }
        }
    }

    /// <summary>
    /// Waits until it has exited, on a thread of its own: call it when the end of its output shows that it is about to.
    /// Exactly once.
    /// </summary>
    /// <returns>Its status as <see cref="ProcessExit.ShellStatus"/> has it; 0 where it cannot be known.</returns>
    public Task<int> WaitAsync() => Task.Factory.StartNew(
        Wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Closes our ends; the process goes on.</summary>
    public void Dispose()
    {
        Channel.Dispose();
        Error.Dispose();
    }

    private static SocketChild Start(SpawnRequest request, Socket channel, Descriptor theirChannel)
    {
        var (error, theirError) = SocketPair();
        using (theirError)
        {
            try
            {
                int pid = Spawner.Start(request, theirChannel.Number, theirChannel.Number, theirError.Number);
                return new SocketChild(pid, channel, error);
            }
            catch
            {
                error.Dispose();
                throw;
            }
        }
    }

    // .NET looks once whether a socket is connected: before there is a process at the other end that may end at once.
    private static (Socket Ours, Descriptor Theirs) SocketPair()
    {
        var (ours, theirs) = OwnProcess.SocketPair();
        var socket = new Socket(new SafeSocketHandle(ours.Number, ownsHandle: true));
        ours.SetHandleAsInvalid();
        return (socket, theirs);
    }

    private int Wait()
    {
        // First without reaping: until then its pid cannot become another process's, which Kill could hit.
        OwnProcess.AwaitEnd(Pid);
        lock (_gate)
        {
            _reaped = true;
            try
            {
                return OwnProcess.WaitFor(Pid).ShellStatus;
            }
            catch (PosixException gone) when (gone.Errno == Errno.ECHILD)
            {
                // .NET reaps every child of a process that was started with SIGCHLD ignored: how it ended is not known.
                return 0;
            }
        }
    }
}
