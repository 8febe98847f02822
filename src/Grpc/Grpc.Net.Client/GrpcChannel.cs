using System.Collections.Concurrent;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>A logical connection to a gRPC server over HTTP/2, from which clients are made. Safe for any number of threads.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _ownsInvoker;
    private readonly Lock _gate = new();
    private readonly HashSet<IDisposable> _calls = [];
    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);
    private bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException("HttpClient and HttpHandler have both been set; one carries the calls.", nameof(options));
        }

        if (options.HttpClient is null && address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The address's scheme is '{address.Scheme}', neither http nor https.", nameof(address));
        }

        Address = address;
        MaxSendMessageSize = options.MaxSendMessageSize;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        Compression = new MessageCompression(options.CompressionProviders);
        ThrowOperationCanceled = options.ThrowOperationCanceledOnCancellation;
        if (options.HttpHandler is not null)
        {
            KeepAlive.TurnOn(options.HttpHandler);
        }

        var given = (HttpMessageInvoker?)options.HttpClient
            ?? (options.HttpHandler is { } handler ? new HttpMessageInvoker(handler, options.DisposeHttpClient) : null);
        _invoker = given ?? new HttpMessageInvoker(CreateHandler());
        _ownsInvoker = options.HttpClient is null || options.DisposeHttpClient;
    }

    internal Uri Address { get; }

    internal int? MaxSendMessageSize { get; }

    internal int? MaxReceiveMessageSize { get; }

    internal MessageCompression Compression { get; }

    internal bool ThrowOperationCanceled { get; }

    /// <summary>A channel to an address such as "http://localhost:5000".</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address such as "http://localhost:5000".</summary>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) =>
        ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel to an address.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address. Nothing is connected before the first call.</summary>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new HttpClientCallInvoker(this);
    }

    /// <summary>Cancels the calls under way and closes the connections.</summary>
    public void Dispose()
    {
        IDisposable[] calls;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            calls = [.. _calls];
        }

        foreach (var call in calls)
        {
            call.Dispose();
        }

        if (_ownsInvoker)
        {
            _invoker.Dispose();
        }
    }

    /// <summary>A method's address: the channel's with the method's full name as path.</summary>
    internal Uri GetUri(IMethod method) =>
        _uris.GetOrAdd(method.FullName, static (name, address) => new Uri(address, name), Address);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        // A client, unlike a bare invoker, would buffer the whole response otherwise.
        _invoker is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : _invoker.SendAsync(request, cancellationToken);

    internal void Register(IDisposable call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _calls.Add(call);
        }
    }

    internal void Unregister(IDisposable call)
    {
        lock (_gate)
        {
            _calls.Remove(call);
        }
    }

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    private static SocketsHttpHandler CreateHandler() => new()
    {
        // A server allows some 100 streams on one connection; further calls open another instead of queueing.
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = KeepAlive.PingDelay,
        KeepAlivePingTimeout = KeepAlive.PingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
