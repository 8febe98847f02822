using System.Diagnostics;
using System.Globalization;

namespace Fireball.PeerBenchmark;

/// <summary>
/// A process that says that it is ready with its first line, then answers lines such as "unary 1000" with a number, and
/// ends when its input does. Its standard error is ours.
/// </summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    /// <summary>The longest measurement takes a few seconds; one that takes this long hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private PeerProcess(Process process) => _process = process;

    public static PeerProcess Start(string program, params IEnumerable<string> arguments) =>
        new(Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!);

    /// <summary>Starts this program.</summary>
    public static PeerProcess StartSelf(params IEnumerable<string> arguments) =>
        Start(Environment.ProcessPath!, [typeof(PeerProcess).Assembly.Location, .. arguments]);

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
        ?? throw new InvalidOperationException($"{_process.StartInfo.ArgumentList[0]} ended; its words are above");

    public Task TellAsync(string line)
    {
        _process.StandardInput.WriteLine(line);
        return _process.StandardInput.FlushAsync();
    }

    public async Task<double> MeasureAsync(string command)
    {
        await TellAsync(command);
        return double.Parse(await ReadLineAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
