using System.Text;
using Fireball.Linux;
using Microsoft.Win32.SafeHandles;

namespace Fireball.Bench;

/// <summary>Runs programs as a person would, and counts the processor time that they take. Thread-safe.</summary>
internal sealed class Programs : IDisposable
{
    // Enough of a failing program's words for a reason in one line, bytes.
    private const int MaxErrorBytes = 4096;

    private readonly EnvironmentBlock _environment = EnvironmentBlock.FromProcess();
    private readonly SafeFileHandle _null = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
    private readonly string _directory;
    private long _processorTicks;

    /// <summary>With a directory for what programs say on standard error.</summary>
    public Programs(string directory) => _directory = directory;

    /// <summary>Processor time of all programs that have ended, their own children's included.</summary>
    public TimeSpan ProcessorTime => new(Interlocked.Read(ref _processorTicks));

    /// <summary>Makes a request of words, once for many runs.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="environment">Its environment; null: this process's.</param>
    public SpawnRequest Request(IEnumerable<string> words, EnvironmentBlock? environment = null) =>
        SpawnRequest.Of(words, environment ?? _environment);

    /// <summary>Starts a program to talk to, in this process's environment.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <exception cref="SpawnException">It cannot be started.</exception>
    public static SocketChild Start(IEnumerable<string> words)
    {
        using var environment = EnvironmentBlock.FromProcess();
        return SocketChild.Start(SpawnRequest.Of(words, environment));
    }

    /// <summary>Runs it to its end on this thread.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="worker">Whose call it is; no two of one name are under way together.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="inputFile">Its standard input; null: none.</param>
    /// <param name="outputFile">Its standard output, which is replaced; null: dropped.</param>
    /// <exception cref="WorkFailedException">It did not exit with 0.</exception>
    public void Run(
        SpawnRequest request, string worker, CancellationToken cancellationToken, string? inputFile = null, string? outputFile = null)
    {
        string errorFile = Path.Combine(_directory, $"error-{worker}");
        using SafeFileHandle error = File.OpenHandle(errorFile, FileMode.Create, FileAccess.ReadWrite);
        using SafeFileHandle? input = inputFile is null ? null : File.OpenHandle(inputFile);
        using SafeFileHandle? output = outputFile is null ? null : File.OpenHandle(outputFile, FileMode.Create, FileAccess.Write);
        try
        {
            ProcessExit exit = ForegroundProgram.Run(request, input ?? _null, output ?? _null, error, cancellationToken);
            Interlocked.Add(ref _processorTicks, (exit.UserTime + exit.SystemTime).Ticks);
            if (exit is not { Code: 0, Signal: 0 })
            {
                throw new WorkFailedException(Reason(request, exit, error));
            }
        }
        catch (SpawnException failure)
        {
            throw new WorkFailedException(failure.Message, failure);
        }
    }

    /// <summary>The same at the least cost: with /dev/null as all three streams.</summary>
    /// <exception cref="WorkFailedException">It did not exit with 0.</exception>
    public void RunUnheard(SpawnRequest request, CancellationToken cancellationToken)
    {
        ProcessExit exit = ForegroundProgram.Run(request, _null, _null, _null, cancellationToken);
        Interlocked.Add(ref _processorTicks, (exit.UserTime + exit.SystemTime).Ticks);
        if (exit is not { Code: 0, Signal: 0 })
        {
            throw new WorkFailedException(Reason(request, exit, _null));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _environment.Dispose();
        _null.Dispose();
    }

    private static string Reason(SpawnRequest request, ProcessExit exit, SafeFileHandle error)
    {
        byte[] words = new byte[MaxErrorBytes];
        int count = RandomAccess.Read(error, words, 0);
        string name = Encoding.UTF8.GetString(request.Arguments[0].Span);
        string ended = exit.Signal == 0 ? $"exit status {exit.Code}" : $"killed by signal {exit.Signal}";
        string last = Encoding.UTF8.GetString(words, 0, count).Trim().Split('\n')[^1].Trim();
        return last.Length > 0 ? $"{name}: {ended}: {last}" : $"{name}: {ended}";
    }
}
