using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>How a call ended. The first outcome stands.</summary>
internal sealed record CallOutcome(Status Status, Metadata Trailers);
