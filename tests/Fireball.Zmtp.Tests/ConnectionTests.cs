namespace Fireball.Zmtp.Tests;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData(MechanismKind.Null)]
    [InlineData(MechanismKind.Plain)]
    public async Task Two_of_our_peers_exchange_multipart_messages_and_close_in_order(MechanismKind mechanism)
    {
        var (client, server) = await Connections.PairAsync(mechanism);
        await using var _ = client;
        await using var __ = server;
        Assert.Equal(SocketType.Router, client.PeerSocketType);
        Assert.Equal(SocketType.Dealer, server.PeerSocketType);

        await client.SendAsync("header", "payload", "third");
        Assert.Equal(["header", "payload", "third"], await server.ReceiveTextAsync());
        await server.SendAsync("");
        Assert.Equal([""], await client.ReceiveTextAsync());

        await client.CloseAsync();
        Assert.False(await server.WaitToReadAsync());
        await server.SendAsync("still heard");
        Assert.Equal(["still heard"], await client.ReceiveTextAsync());
        await server.CloseAsync();
        Assert.False(await client.WaitToReadAsync());
    }
}
