using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>Answers UNIMPLEMENTED to calls of methods and services that are not there.</summary>
internal static class UnimplementedEndpoints
{
    private static readonly RouteValueDictionary OnlyGrpc = new() { ["method"] = new GrpcConstraint() };

    public static void Map(IEndpointRouteBuilder routes, GrpcServerServices server, List<MappedMethod> methods)
    {
        foreach (var service in methods.Select(mapped => mapped.Method.ServiceName).Distinct(StringComparer.Ordinal))
        {
            Add(routes, $"{service}/{{method}}", "The service has no such method.");
        }

        var options = routes.ServiceProvider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        if (options.IgnoreUnknownServices != true && server.TakeFallback())
        {
            Add(routes, "{service}/{method}", "There is no such service.");
        }
    }

    private static void Add(IEndpointRouteBuilder routes, string pattern, string detail) =>
        routes.Map(RoutePatternFactory.Parse(pattern, defaults: null, OnlyGrpc), http =>
            {
                http.Response.ContentType = HeaderNames.GrpcContentType;
                StatusTrailers.Write(http, new Status(StatusCode.Unimplemented, detail), metadata: null, only: true);
                return Task.CompletedTask;
            })
            .WithDisplayName($"gRPC - unimplemented {pattern}")
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Post]));

    /// <summary>Matches gRPC requests only, so that other endpoints of the application keep theirs.</summary>
    private sealed class GrpcConstraint : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is null || HeaderNames.IsGrpcContentType(httpContext.Request.ContentType);
    }
}
