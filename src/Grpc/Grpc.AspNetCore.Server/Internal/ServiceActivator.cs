using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Gives calls their instance of a service.</summary>
internal sealed class ServiceActivator<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService>
    where TService : class
{
    private readonly Lazy<TService>? _singleton;
    private readonly ObjectFactory<TService>? _factory;

    private ServiceActivator(Lazy<TService>? singleton, ObjectFactory<TService>? factory)
    {
        _singleton = singleton;
        _factory = factory;
    }

    /// <summary>The calls' instances are theirs: to be disposed after the call.</summary>
    public bool OwnsInstances => _factory is not null;

    public static ServiceActivator<TService> Singleton(IServiceProvider root) =>
        new(new Lazy<TService>(root.GetRequiredService<TService>), factory: null);

    public static ServiceActivator<TService> Registered() => new(singleton: null, factory: null);

    public static ServiceActivator<TService> Unregistered() =>
        new(singleton: null, ActivatorUtilities.CreateFactory<TService>(Type.EmptyTypes));

    /// <summary>The instance for a call; the services of its request are asked only where needed.</summary>
    public TService Create(Microsoft.AspNetCore.Http.HttpContext context) =>
        _singleton is not null ? _singleton.Value
        : _factory is not null ? _factory(context.RequestServices, arguments: null)
        : context.RequestServices.GetRequiredService<TService>();

    /// <summary>Disposes an instance made for one call.</summary>
    public static ValueTask ReleaseAsync(TService instance)
    {
        switch (instance)
        {
            case IAsyncDisposable disposable:
                return disposable.DisposeAsync();
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }

        return ValueTask.CompletedTask;
    }
}
