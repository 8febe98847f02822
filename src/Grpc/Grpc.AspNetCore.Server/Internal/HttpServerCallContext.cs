using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>A call as its service sees it, carried by an HTTP/2 stream.</summary>
internal sealed partial class HttpServerCallContext : ServerCallContext, IAsyncDisposable
{
    private readonly IMethod _method;
    private readonly ServerCallOptions _options;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;

    public HttpServerCallContext(HttpContext http, IMethod method, ServerCallOptions options)
    {
        HttpContext = http;
        _method = method;
        _options = options;
        StatusCore = Status.DefaultSuccess;
    }

    public HttpContext HttpContext { get; }

    protected override string MethodCore => _method.FullName;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = HttpContext.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unix:",
                { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
                { } address => $"ipv4:{address}:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore => _expiryToken ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => new(peerIdentityPropertyName: null, []);

    /// <summary>Reads the headers that say how the call is carried; null: it may go on.</summary>
    public Status? Start()
    {
        var headers = HttpContext.Request.Headers;
        string? encoding = headers[HeaderNames.Encoding];
        if (!_options.Compression.Knows(encoding))
        {
            // compression.md: an unknown encoding is UNIMPLEMENTED, and the known ones are named.
            HttpContext.Response.Headers[HeaderNames.AcceptEncoding] = _options.Compression.AcceptEncoding;
            return new Status(StatusCode.Unimplemented, $"The encoding '{encoding}' is not known here.");
        }

        _requestEncoding = _options.Compression.Find(encoding);
        ChooseResponseEncoding(headers[HeaderNames.AcceptEncoding]);
        string? timeout = headers[HeaderNames.Timeout];
        if (timeout is null)
        {
            return null;
        }

        if (!TimeoutHeader.TryParse(timeout, out var value))
        {
            return new Status(StatusCode.Internal, $"'{timeout}' is no grpc-timeout.");
        }

        return StartDeadline(value);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass the call's deadline and token on to the calls made for it.");

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            foreach (var value in values)
            {
                MetadataHeaders.Add(metadata, name, value ?? "");
            }
        }

        return metadata;
    }
}
