using System.Text;
using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>
/// The first of the agent's two processes: starts the worker, waits for its end, and removes what it leaves, whatever
/// ended it. It does nothing else, so that nothing can go wrong with it.
/// </summary>
internal static class Supervisor
{
    internal static int Run(string name, string marker)
    {
        OwnProcess.EnsureStandardStreams();
        OwnProcess.CloseOnExecFrom(Log.Error + 1);

        // sshd may hang up its session before the lease is over; that must end nothing.
        OwnProcess.Ignore(Signal.Hup);
        OwnProcess.Ignore(Signal.Pipe);
        OwnProcess.TrySetSession();
        OwnProcess.BecomeSubreaper();
        var parent = OwnProcess.ParentId;
        var (ours, theirs) = OwnProcess.SocketPair();
        using (ours)
        {
            int worker;
            using (theirs)
            {
                worker = OwnProcess.StartCopy(
                    [name, "--worker", marker], theirs, [Signal.Chld, Signal.Term, Signal.Int]);
            }

            var directory = Listen(ours, parent);
            var exit = OwnProcess.WaitFor(worker);
            CleanUp(directory);
            return Report(exit);
        }
    }

    // Until the worker is gone.
    private static string? Listen(Descriptor channel, int parent)
    {
        string? directory = null;
        while (true)
        {
            switch (ControlChannel.Read(channel.Number, 1))
            {
                case [ControlChannel.DirectoryMade]:
                    if (ControlChannel.Read(channel.Number, 1) is [var length]
                        && ControlChannel.Read(channel.Number, length) is { } path)
                    {
                        directory = Encoding.UTF8.GetString(path);
                    }

                    break;
                case [ControlChannel.LifelineLost]:
                    EndSession(parent);
                    break;
                default:
                    return directory;
            }
        }
    }

    // See launch.proto: sshd ends the session, and with it ssh, only when its shell has ended and no process holds its pipes.
    private static void EndSession(int parent)
    {
        Daemon.CloseStandardStreams();
        if (parent != 1 && OwnProcess.ParentId == parent)
        {
            _ = OwnProcess.Send(parent, Signal.Term);
        }
    }

    private static void CleanUp(string? directory)
    {
        // All that descended from the worker are this process's children now, or their descendants.
        ProcessTree.AwaitNoneAsync(
            () =>
            {
                OwnProcess.ReapEnded();
                return [.. ProcessTree.Descendants().Where(process => !ProcessTree.IsDetached(process))];
            },
            TimeSpan.Zero).GetAwaiter().GetResult();
        using PrivateDirectory? left = directory is null ? null : PrivateDirectory.TryOpen(directory);
        if (left is not null)
        {
            AgentDirectory.Remove(left);
        }
    }

    private static int Report(ProcessExit exit)
    {
        if (exit.Signal != 0)
        {
            Log.Warn($"worker killed by signal {exit.Signal}");
        }

        return exit.ShellStatus;
    }
}
