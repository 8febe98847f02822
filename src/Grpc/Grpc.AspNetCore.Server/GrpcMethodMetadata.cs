using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>On an endpoint: which method it serves.</summary>
public sealed class GrpcMethodMetadata
{
    /// <summary>A method of a service.</summary>
    public GrpcMethodMetadata(Type serviceType, IMethod method)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ArgumentNullException.ThrowIfNull(method);
        ServiceType = serviceType;
        Method = method;
    }

    /// <summary>The class that implements the service.</summary>
    public Type ServiceType { get; }

    /// <summary>The method.</summary>
    public IMethod Method { get; }
}
