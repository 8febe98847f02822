using Fireball.Controller;
using Fireball.Linux;
using Spectre.Console;

namespace Fireball.Cli;

/// <summary>How far a copy is, on a terminal.</summary>
internal sealed class CopyMeter : IProgress<CopyProgress>, IAsyncDisposable
{
    /// <summary>How often the line is drawn: smooth to the eye, nothing to the processor.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _title;
    private readonly Task _drawing;
    private readonly Lock _lock = new();
    private CopyProgress _latest;

    private CopyMeter(string title)
    {
        _title = title;
        _drawing = DrawAsync();
    }

    /// <summary>A meter where standard error is a terminal; null otherwise.</summary>
    public static CopyMeter? IfWatched(string title) => LocalDescriptor.IsTerminal(2) ? new CopyMeter(title) : null;

    public void Report(CopyProgress value)
    {
        lock (_lock)
        {
            _latest = value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        await _drawing;
    }

    private async Task DrawAsync()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(_title);
                task.IsIndeterminate = true;
                while (!_ended.Task.IsCompleted)
                {
                    Show(task);
                    await Task.WhenAny(_ended.Task, Task.Delay(Interval));
                }

                Show(task);
            });
    }

    private void Show(ProgressTask task)
    {
        CopyProgress now;
        lock (_lock)
        {
            now = _latest;
        }

        task.Description = $"{_title}, {now.Files} files";
        task.IsIndeterminate = now.TotalBytes is null;
        task.MaxValue = Math.Max(1, now.TotalBytes ?? now.Bytes);
        task.Value = now.Bytes;
    }
}
