using Grpc.Testing;

namespace Fireball.Grpc.Tests;

public sealed class ResponseLifetimeTests
{
    /// <summary>Left to its stream's finalizer, every call lived for another collection: a third of the calls a second.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_response_of_a_call_that_ended_well_is_disposed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService { Unary = (_, _) => Task.FromResult(new SimpleResponse()) });
        using var handler = new WatchingHandler { InnerHandler = GrpcClient.CreateHandler(server.SocketPath) };
        using var channel = GrpcClient.Open(server.SocketPath, options => options.HttpHandler = handler);
        await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest());
        Assert.True(handler.Watched!.Disposed);
    }

    private sealed class WatchingHandler : DelegatingHandler
    {
        public WatchedContent? Watched { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            response.Content = Watched = new WatchedContent(response.Content);
            return response;
        }
    }

    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent _inner;

        public WatchedContent(HttpContent inner)
        {
            _inner = inner;
            Headers.ContentType = inner.Headers.ContentType;
        }

        public bool Disposed { get; private set; }

        protected override Task<Stream> CreateContentReadStreamAsync() => _inner.ReadAsStreamAsync();

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            Disposed = true;
            _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
