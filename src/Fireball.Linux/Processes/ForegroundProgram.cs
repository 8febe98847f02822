using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>
/// Runs programs to their end on the calling thread, with files as their standard streams: posix_spawn and a wait,
/// nothing that could cost more. Each runs in a session of its own, which no Ctrl-C reaches.
/// </summary>
public static class ForegroundProgram
{
    /// <summary>Starts the program and waits for it.</summary>
    /// <param name="request">What to start; its <see cref="SpawnRequest.HasInput"/> is not used.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="output">Its standard output.</param>
    /// <param name="error">Its standard error.</param>
    /// <param name="cancellationToken">Kills it (SIGKILL).</param>
    /// <returns>How it ended; its wall time is not taken.</returns>
    /// <exception cref="SpawnException">Nothing was started.</exception>
    /// <exception cref="OperationCanceledException">It was killed, and has ended.</exception>
    public static ProcessExit Run(
        SpawnRequest request, SafeHandle input, SafeHandle output, SafeHandle error, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        cancellationToken.ThrowIfCancellationRequested();
        int pid = Spawner.Start(
            request, (int)input.DangerousGetHandle(), (int)output.DangerousGetHandle(), (int)error.DangerousGetHandle());
        GC.KeepAlive(input);
        GC.KeepAlive(output);
        GC.KeepAlive(error);

        // Until it is reaped, below, its number cannot become another process's; the registration is gone by then.
        using (cancellationToken.UnsafeRegister(static pid => _ = NativeCalls.kill((int)pid!, Signal.Kill), pid))
        {
            OwnProcess.AwaitEnd(pid);
        }

        ProcessExit exit = OwnProcess.WaitFor(pid);
        return cancellationToken.IsCancellationRequested && exit.Signal == Signal.Kill
            ? throw new OperationCanceledException(cancellationToken)
            : exit;
    }
}
