using System.Net.Sockets;
using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

[Collection("Children")]
public sealed class SocketChildTests
{
    [Fact]
    public async Task Its_streams_are_the_two_sockets()
    {
        using SocketChild child = Start("cat; echo err >&2; exit 7");
        await child.Channel.SendAsync("in\n"u8.ToArray());
        Task<string> output = ReadAsync(child.Channel);
        child.Channel.Shutdown(SocketShutdown.Send);

        Assert.Equal("in\n", await output);
        Assert.Equal("err\n", await ReadAsync(child.Error));
        Assert.Equal(7, await child.WaitAsync().WaitAsync(Until.Limit));
    }

    [Fact]
    public async Task It_leads_a_session_and_has_no_other_descriptor()
    {
        using var directory = new TemporaryDirectory();
        string inherited = directory.Write("inherited", "");

        // As a library might leave one open: not closed on exec.
        int opened = PosixFile.OpenAt(PosixFile.CurrentDirectory, PosixText.Encode(inherited), OpenFlags.ReadOnly);
        Assert.Equal(0, NativeCalls.fcntl(opened, NativeConstants.F_SETFD, 0));
        using (new Descriptor(opened))
        using (SocketChild child = Start("ps -o pid= -o sid= -p $$; ls -l /proc/$$/fd"))
        {
            string said = await ReadAsync(child.Channel);
            Assert.Equal([child.Pid, child.Pid], said.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
            Assert.Contains("socket:", said, StringComparison.Ordinal);
            Assert.DoesNotContain(inherited, said, StringComparison.Ordinal);
            Assert.Equal(0, await child.WaitAsync().WaitAsync(Until.Limit));
        }
    }

    [Fact]
    public async Task A_signal_ends_it_and_its_status_says_which()
    {
        using SocketChild child = Start("exec sleep 3600");
        child.Kill(Signal.Term);

        Assert.Equal(Signal.StatusBase + Signal.Term, await child.WaitAsync().WaitAsync(Until.Limit));
        child.Kill(Signal.Kill);
    }

    [Fact]
    public void What_is_not_there_is_not_started()
    {
        using var environment = EnvironmentBlock.FromProcess();
        var failure = Assert.Throws<SpawnException>(() => SocketChild.Start(SpawnRequest.Of(["/no/such/program"], environment)));

        Assert.Equal((SpawnFailure.NotFound, Errno.ENOENT), (failure.Failure, failure.Errno));
    }

    private static SocketChild Start(string line)
    {
        using var environment = EnvironmentBlock.FromProcess();
        return SocketChild.Start(SpawnRequest.Of(["sh", "-c", line], environment));
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync().WaitAsync(Until.Limit);
    }
}
