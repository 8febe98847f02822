namespace Fireball.Rpc;

/// <summary>Limits and clock of a <see cref="RpcChannel"/> or <see cref="RpcServer"/>. The defaults suit every use so far.</summary>
public sealed record RpcOptions
{
    /// <summary>
    /// Largest message of a call, in bytes; a larger one ends its call with RESOURCE_EXHAUSTED. 4 MiB, as gRPC has it.
    /// </summary>
    public int MaxMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Calls at once on one connection; the server refuses further ones with RESOURCE_EXHAUSTED. 1,024: several times
    /// what one agent can usefully run (arbitrary).
    /// </summary>
    public int MaxConcurrentCalls { get; init; } = 1024;

    /// <summary>
    /// Bytes of a call the peer may send before this side has read any. The client's choice is told to the server; the
    /// server's is fixed by the protocol. 256 KiB: the largest chunk used anywhere, once.
    /// </summary>
    public int InitialWindow { get; init; } = Limits.InitialCredit;

    /// <summary>
    /// What the window of a call that is read fast grows to, in bytes. 4 MiB: credit is returned by half windows, so
    /// 2 MiB are always under way, which is OpenSSH's own channel window: Fireball is then never the narrower one.
    /// </summary>
    public int MaxWindow { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes by which all windows of a connection together may have grown. 32 MiB: eight bulk copies at full speed;
    /// further ones share the rest (arbitrary).
    /// </summary>
    public int MaxWindowGrowth { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Bytes received and not yet read, in all calls of a connection together; the call that exceeds it ends with
    /// RESOURCE_EXHAUSTED. 256 MiB: 1,024 calls with an unread initial window each.
    /// </summary>
    public long MaxUnreadBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Silence after which the client asks whether the peer is alive (the server waits half as long again). 5 s: three
    /// tries within <see cref="DeadAfter"/>. Calls open or not, so that a dead link is known before it is needed.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: never, for a link whose end the kernel tells at once.
    /// </summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which the connection is taken for dead. 15 s.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What is said then, in place of "nothing was received from the peer". The reason's inner exception is a TimeoutException.</summary>
    public string? WhenSilent { get; init; }

    /// <summary>
    /// Client: what awaits a response goes on on the thread that read it, and reading starts on the thread that makes the
    /// channel. For a program with one connection and nothing else to do: no thread is woken or started. It must not
    /// block there, or nothing more is read.
    /// </summary>
    public bool ContinueInline { get; init; }

    /// <summary>The clock of deadlines and keepalive.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told of every exception a service let escape, with the method's name; the client only gets its message.
    /// Called on any thread; must not throw.
    /// </summary>
    public Action<string, Exception>? HandlerFailed { get; init; }
}
