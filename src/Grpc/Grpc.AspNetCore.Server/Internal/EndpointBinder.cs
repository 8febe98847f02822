using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>
/// Makes an endpoint of each method that a service's generated BindService names. The methods are bound open, to be
/// called on an instance per call, as the package does.
/// </summary>
internal sealed class EndpointBinder<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)] TService>
    : ServiceBinderBase
    where TService : class
{
    private readonly IEndpointRouteBuilder _routes;
    private readonly ServiceActivator<TService> _activator;
    private readonly ServerCallOptions _options;
    private readonly ILogger _logger;
    private readonly List<MappedMethod> _endpoints = [];

    private EndpointBinder(IEndpointRouteBuilder routes, GrpcServerServices server)
    {
        var provider = routes.ServiceProvider;
        _routes = routes;
        _activator = server.CreateActivator<TService>(provider);
        _options = new ServerCallOptions(provider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value);
        _logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TService).FullName!);
    }

    public static List<MappedMethod> Bind(IEndpointRouteBuilder routes, GrpcServerServices server)
    {
        var binder = new EndpointBinder<TService>(routes, server);
        FindBindService().Invoke(null, [binder, null]);
        return binder._endpoints;
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.UnaryServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new UnaryHandler<TService, TRequest, TResponse>(
            method, _activator, _options, _logger,
            Open<UnaryMethod<TService, TRequest, TResponse>>(method, typeof(TRequest), typeof(ServerCallContext))));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new ClientStreamingHandler<TService, TRequest, TResponse>(
            method, _activator, _options, _logger,
            Open<ClientStreamingMethod<TService, TRequest, TResponse>>(
                method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext))));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new ServerStreamingHandler<TService, TRequest, TResponse>(
            method, _activator, _options, _logger,
            Open<ServerStreamingMethod<TService, TRequest, TResponse>>(
                method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext))));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(method, new DuplexStreamingHandler<TService, TRequest, TResponse>(
            method, _activator, _options, _logger,
            Open<DuplexStreamingMethod<TService, TRequest, TResponse>>(
                method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext))));

    private static MethodInfo FindBindService()
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute)
            {
                continue;
            }

            foreach (var method in attribute.BindType.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            {
                if (method.Name == attribute.BindMethodName
                    && method.GetParameters() is [var binder, var service]
                    && binder.ParameterType == typeof(ServiceBinderBase)
                    && service.ParameterType.IsAssignableFrom(typeof(TService)))
                {
                    return method;
                }
            }
        }

        throw new InvalidOperationException($"{typeof(TService)} derives from no generated service class.");
    }

    /// <summary>The service's method as a delegate whose first argument is the instance.</summary>
    private static TDelegate Open<TDelegate>(IMethod method, params Type[] parameters)
        where TDelegate : Delegate =>
        (typeof(TService).GetMethod(
            method.Name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, binder: null, parameters, modifiers: null)
            ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name} of the generated service's signature."))
        .CreateDelegate<TDelegate>();

    private void Map(IMethod method, ServerCallHandler handler)
    {
        var endpoint = _routes.Map(RoutePatternFactory.Parse(method.FullName), handler.HandleAsync)
            .WithDisplayName($"gRPC - {method.FullName}")
            .WithMetadata(new GrpcMethodMetadata(typeof(TService), method), new HttpMethodMetadata([HttpMethods.Post]));
        _endpoints.Add(new MappedMethod(method, endpoint));
    }
}
