namespace Grpc.Core;

/// <summary>What a caller may say about one call.</summary>
public struct CallOptions
{
    /// <summary>Options for a call; everything may be left out.</summary>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Metadata sent with the call's start.</summary>
    public Metadata? Headers { readonly get; private set; }

    /// <summary>When the call must have ended; null: never. Compared in UTC.</summary>
    public DateTime? Deadline { readonly get; private set; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { readonly get; private set; }

    /// <summary>The write options the call starts with.</summary>
    public WriteOptions? WriteOptions { readonly get; private set; }

    /// <summary>Takes over deadline and cancellation of a call that is being served.</summary>
    public ContextPropagationToken? PropagationToken { readonly get; private set; }

    /// <summary>Credentials of this call alone.</summary>
    public CallCredentials? Credentials { readonly get; private set; }

    /// <summary>Wait for a connection instead of failing where there is none.</summary>
    public bool IsWaitForReady { readonly get; private set; }

    /// <summary>The same options with these headers.</summary>
    public readonly CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>The same options with this deadline.</summary>
    public readonly CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>The same options with this token.</summary>
    public readonly CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { CancellationToken = cancellationToken };

    /// <summary>The same options with these write options.</summary>
    public readonly CallOptions WithWriteOptions(WriteOptions writeOptions) =>
        this with { WriteOptions = writeOptions };

    /// <summary>The same options with this propagation token.</summary>
    public readonly CallOptions WithPropagationToken(ContextPropagationToken propagationToken) =>
        this with { PropagationToken = propagationToken };

    /// <summary>The same options with these credentials.</summary>
    public readonly CallOptions WithCredentials(CallCredentials credentials) =>
        this with { Credentials = credentials };

    /// <summary>The same options, waiting for a connection or not.</summary>
    public readonly CallOptions WithWaitForReady(bool waitForReady = true) =>
        this with { IsWaitForReady = waitForReady };
}
