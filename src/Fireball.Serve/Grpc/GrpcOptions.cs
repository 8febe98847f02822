namespace Fireball.Serve;

/// <summary>Where and how the gRPC API is offered.</summary>
public sealed record GrpcOptions
{
    /// <summary>The Unix-domain socket, for this user alone.</summary>
    public required string Socket { get; init; }

    /// <summary>
    /// True: the program is there for this API; its server starts at once, and a socket that another process has is a
    /// failure. False: the server starts with the first connection, and the rest works without the socket.
    /// </summary>
    public bool Required { get; init; }

    /// <summary>
    /// Calls at a time on one connection; more wait with the client. 1,024, as on the command's own connections: clients
    /// share one connection among all their threads, and each may wait for a long command.
    /// </summary>
    public int MaxCallsPerConnection { get; init; } = 1024;
}
