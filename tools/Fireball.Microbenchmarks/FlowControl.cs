using BenchmarkDotNet.Attributes;
using Fireball.Rpc;
using Fireball.Zmtp;

namespace Fireball.Microbenchmarks;

/// <summary>
/// What the accounts of a call cost for each payload of 64 KiB. The window keeps its first size of 256 KiB, so that
/// every second payload gives credit back: the most often that can be.
/// </summary>
public class FlowControl
{
    private const int PayloadSize = 65_536;
    private const int Cost = PayloadSize + Limits.PayloadOverhead;
    private const int PayloadCount = 2;

    private readonly SendCredit _credit = new(Limits.InitialCredit);
    private ZmtpConnection _connection = null!;
    private ClientEnd _channel = null!;
    private ReceiveWindow _window = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _connection = await Messages.ConnectAsync(new ScriptedPeer([], 0));
        _channel = new ClientEnd(_connection, new RpcOptions { MaxWindow = Limits.InitialCredit });
        _window = new ReceiveWindow(_channel, Limits.InitialCredit);
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        _channel.Dispose();
        await _connection.DisposeAsync();
    }

    /// <summary>The receiver's side: payloads received and read; the credit given back.</summary>
    [Benchmark(OperationsPerInvoke = PayloadCount)]
    public long ReceivePayloads()
    {
        long granted = 0;
        for (var i = 0; i < PayloadCount; i++)
        {
            _window.Received(Cost);
            granted += _window.Consumed(Cost);
        }

        return granted;
    }

    /// <summary>The sender's side: payloads sent, then the credit for them taken; how many could be sent.</summary>
    [Benchmark(OperationsPerInvoke = PayloadCount)]
    public long SendPayloads()
    {
        var sent = 0;
        for (; sent < PayloadCount && _credit.Available; sent++)
        {
            _credit.Take(PayloadSize);
        }

        _credit.Add(PayloadCount * Cost);
        return sent;
    }
}
