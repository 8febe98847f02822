using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

public sealed class OwnUserListenerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Reactor _reactor = new("test");
    private readonly TemporaryDirectory _directory = new();
    private readonly UnixListener _listener;
    private readonly List<string> _log = [];

    public OwnUserListenerTests() => _listener = UnixListener.Bind(_reactor, Address);

    private string Address => Path.Combine(_directory.Path, "s");

    public void Dispose()
    {
        _listener.Dispose();
        _reactor.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Connections_are_served_at_the_same_time_and_waited_for()
    {
        var both = new CountdownEvent(2);
        var end = new TaskCompletionSource();
        var listener = new OwnUserListener(_listener, ServeAsync, Log);
        var running = listener.RunAsync(CancellationToken.None);
        using var one = UnixConnector.Connect(Address);
        using var two = UnixConnector.Connect(Address);
        await Task.Run(() => Assert.True(both.Wait(Patience)));
        await Until.TrueAsync(() => listener.Count == 2, "both are counted");

        _listener.Dispose();
        await running.WaitAsync(Patience);
        var drained = listener.DrainedAsync();
        Assert.False(drained.IsCompleted);
        end.SetResult();
        await drained.WaitAsync(Patience);

        async Task ServeAsync(Descriptor socket, CancellationToken cancellationToken)
        {
            using (socket)
            {
                both.Signal();
                await end.Task;
            }
        }
    }

    [Fact]
    public async Task A_connection_that_fails_is_logged_and_the_next_is_served()
    {
        var served = new TaskCompletionSource();
        var count = 0;
        var listener = new OwnUserListener(
            _listener,
            (socket, _) =>
            {
                socket.Dispose();
                if (++count == 1)
                {
                    throw new InvalidOperationException("the first one");
                }

                served.SetResult();
                return Task.CompletedTask;
            },
            Log);
        using var stop = new CancellationTokenSource();
        var running = listener.RunAsync(stop.Token);
        UnixConnector.Connect(Address).Dispose();
        UnixConnector.Connect(Address).Dispose();
        await served.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        await running.WaitAsync(Patience);
        Assert.Equal(["a connection ended: the first one"], _log);
    }

    [RequiresFact("root", "setpriv", "/usr/bin/python3")]
    public async Task Another_users_connection_is_closed_without_being_served()
    {
        File.SetUnixFileMode(Address, (UnixFileMode)0b110_110_110);
        var served = 0;
        var listener = new OwnUserListener(
            _listener,
            (socket, _) =>
            {
                socket.Dispose();
                served++;
                return Task.CompletedTask;
            },
            Log);
        using var stop = new CancellationTokenSource();
        var running = listener.RunAsync(stop.Token);

        // The end of the connection without a byte is what it gets.
        var start = new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c",
            $"import socket; s = socket.socket(socket.AF_UNIX); s.connect('{Address}'); print(len(s.recv(1)))"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var otherUser = Process.Start(start)!;
        Assert.Equal("0", (await otherUser.StandardOutput.ReadToEndAsync().WaitAsync(Patience)).Trim());
        await stop.CancelAsync();
        await running.WaitAsync(Patience);
        Assert.Equal(0, served);
        Assert.StartsWith("refused a connection of uid 65534", Assert.Single(_log), StringComparison.Ordinal);
    }

    private void Log(string line) => _log.Add(line);
}
