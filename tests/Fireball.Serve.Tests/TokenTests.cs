using System.Net.Sockets;
using Fireball.TestSupport;
using Fireball.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace Fireball.Serve.Tests;

/// <summary>TCP in clear on loopback, with a token.</summary>
public sealed class TokenTests : IDisposable
{
    private const string Token = "0123456789abcdef";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new("fbtoken");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData($"Bearer {Token}", StatusCode.OK)]
    [InlineData($"Bearer {Token}0", StatusCode.Unauthenticated)]
    [InlineData("Bearer 0123456789abcdeX", StatusCode.Unauthenticated)]
    [InlineData($"bearer {Token}", StatusCode.Unauthenticated)]
    [InlineData(Token, StatusCode.Unauthenticated)]
    [InlineData("", StatusCode.Unauthenticated)]
    [InlineData(null, StatusCode.Unauthenticated)]
    public async Task Only_the_token_opens(string? authorization, StatusCode expected)
    {
        await using TcpBed bed = await TcpBed.StartAsync(_directory, TcpBed.WithToken(_directory.Write("token", $"{Token}\n")));
        using var channel = bed.Open();
        Metadata metadata = authorization is null ? [] : new Metadata { { "authorization", authorization } };

        Assert.Equal(expected, await StatusAsync(new V1.ControllerService.ControllerServiceClient(channel).ListHostsAsync(new ListHostsRequest(), metadata).ResponseAsync));
        Assert.Equal(expected, await StatusAsync(new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), metadata).ResponseAsync));
        Assert.Equal(
            expected == StatusCode.OK ? StatusCode.Unimplemented : expected,
            await StatusAsync(channel.CreateCallInvoker().AsyncUnaryCall(Unknown, host: null, new CallOptions(metadata), []).ResponseAsync));
    }

    [Fact]
    public async Task Who_shows_no_token_in_time_is_sent_away_and_who_did_stays()
    {
        TcpOptions options = TcpBed.WithToken(_directory.Write("token", Token)) with { AdmissionTimeout = TimeSpan.FromSeconds(1) };
        await using TcpBed bed = await TcpBed.StartAsync(_directory, options);
        using var channel = bed.Open();
        var client = new V1.ControllerService.ControllerServiceClient(channel);
        using var watch = new Health.HealthClient(channel).Watch(
            new HealthCheckRequest(), new Metadata { { "authorization", $"Bearer {Token}" } });
        Assert.True(await watch.ResponseStream.MoveNext());

        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(bed.Address.Host, bed.Address.Port);
        await TcpBed.ReadToEndAsync(silent).WaitAsync(Patience);
        Assert.False(watch.ResponseStream.MoveNext().IsCompleted);
    }

    [Fact]
    public async Task A_token_that_is_short_or_open_to_others_or_no_token_is_refused()
    {
        await RefusedAsync("needs at least 16", _directory.Write("short", "123456789012345\n"));
        await RefusedAsync("one word of printable ASCII", _directory.Write("words", "two words are no token"));
        await RefusedAsync("one word of printable ASCII", _directory.Write("accents", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"));
        await RefusedAsync("is open to other users (mode 604)", _directory.Write("open", Token, (UnixFileMode)0b110_000_100));
        await RefusedAsync("No such file", _directory["none"]);
    }

    [RequiresFact("root")]
    public async Task A_token_of_another_user_is_refused()
    {
        string path = _directory.Write("theirs", Token);
        await Command.CheckAsync("chown", "65534", path);
        await RefusedAsync("belongs to user 65534", path);
    }

    private static Method<byte[], byte[]> Unknown { get; } =
        new(MethodType.Unary, "no.such.Service", "Method", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));

    private static async Task<StatusCode> StatusAsync(Task call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    private async Task RefusedAsync(string words, string path)
    {
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => TcpBed.StartAsync(_directory, TcpBed.WithToken(path)));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }
}
