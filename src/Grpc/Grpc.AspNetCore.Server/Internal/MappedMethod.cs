using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Grpc.AspNetCore.Server;

/// <summary>A method with its endpoint.</summary>
internal sealed record MappedMethod(IMethod Method, IEndpointConventionBuilder Builder);
