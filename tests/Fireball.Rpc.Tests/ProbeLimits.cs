namespace Fireball.Rpc.Tests;

/// <summary>What a fixture's two sides are held to, whatever the transport.</summary>
internal sealed record ProbeLimits
{
    /// <summary>Bytes of the largest message the server takes.</summary>
    public int ServerMessageSize { get; init; } = new RpcOptions().MaxMessageSize;

    /// <summary>Bytes of the largest message the client takes.</summary>
    public int ClientMessageSize { get; init; } = new RpcOptions().MaxMessageSize;

    /// <summary>As the options of ours over ZMTP.</summary>
    public RpcOptions Server => ZmtpFixture.Silent with { MaxMessageSize = ServerMessageSize };

    /// <summary>As the options of ours over ZMTP.</summary>
    public RpcOptions Client => ZmtpFixture.Silent with { MaxMessageSize = ClientMessageSize };
}
