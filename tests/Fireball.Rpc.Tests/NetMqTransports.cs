using System.Net;
using System.Net.Sockets;
using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Fireball.Zmtp.NetMQ;
using Google.Protobuf;

namespace Fireball.Rpc.Tests;

/// <summary>Connections with NetMQ at one end or both.</summary>
internal static class NetMqTransports
{
    /// <summary>A NetMQ DEALER and our server; our DEALER and a NetMQ ROUTER; NetMQ at both ends.</summary>
    public static string[] Names => ["netmq", "netmq, router", "netmq, both"];

    /// <summary>A message that calls take no notice of; no client has been asked for this number.</summary>
    private static Envelope EndMark => new() { Pong = new Pong { Number = ulong.MaxValue } };

    public static async Task<(IMessageConnection Client, IMessageConnection Server)> ConnectAsync(
        string transport, CancellationToken cancellationToken)
    {
        if (transport == "netmq")
        {
            var (left, right) = await Transports.SocketsAsync(cancellationToken);
            var accepted = ZmtpConnection.AcceptAsync(right, Transports.Server, cancellationToken);
            var peer = await ZmtpConnection.ConnectAsync(left, Transports.Client, cancellationToken);
            return (await NetMqEngine.ConnectAsync(peer, Transports.Client, cancellationToken), await accepted);
        }

        var host = await NetMqRouterHost.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), Transports.Server, EndMark.ToByteArray(), cancellationToken: cancellationToken);
        var socket = new Socket(AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.LocalEndPoint, cancellationToken);
        var connection = await ZmtpConnection.ConnectAsync(
            new NetworkStream(socket, ownsSocket: true), Transports.Client, cancellationToken);
        IMessageConnection client = transport == "netmq, both"
            ? await NetMqEngine.ConnectAsync(connection, Transports.Client, cancellationToken)
            : connection;

        // A ROUTER knows of a peer by its first message.
        client.Write(0, static (writer, _) => writer.BeginFrame(0, more: false));
        await client.FlushAsync(cancellationToken);
        var server = await host.AcceptAsync(cancellationToken);
        await server.WaitToReadAsync(cancellationToken);
        Assert.True(server.TryRead(out _));
        return (client, new OnlyConnection(host, server));
    }
}
