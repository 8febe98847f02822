using Fireball.Files;
using Fireball.V1;
using Google.Protobuf;
using Grpc.Core;
using Contract = Fireball.V1.AgentService;

namespace Fireball.Agent.Core;

/// <summary>
/// AgentService.BindService of the generated code, but that the requests of a put are read into memory that is used again. The
/// same on the wire.
/// </summary>
public static class AgentBinding
{
    private static readonly Method<PutRequest, PutResponse> Put = new(
        MethodType.DuplexStreaming,
        Contract.PutMethod.ServiceName,
        Contract.PutMethod.Name,
        Marshallers.Create(
            Contract.PutMethod.RequestMarshaller.ContextualSerializer,
            static context => PutRequestParser.Parse(context.PayloadAsReadOnlySequence())),
        Contract.PutMethod.ResponseMarshaller);

    /// <summary>Binds the methods of a service; without one only their names and types, as ASP.NET Core wants them.</summary>
    public static void BindService(ServiceBinderBase serviceBinder, Contract.AgentServiceBase? service)
    {
        ArgumentNullException.ThrowIfNull(serviceBinder);
        serviceBinder.AddMethod(
            For(Contract.ExecMethod, service), service is null ? null : new DuplexStreamingServerMethod<ExecRequest, ExecResponse>(service.Exec));
        serviceBinder.AddMethod(
            For(Contract.OutcomeMethod, service), service is null ? null : new UnaryServerMethod<OutcomeRequest, OutcomeResponse>(service.Outcome));
        serviceBinder.AddMethod(
            For(Put, service), service is null ? null : new DuplexStreamingServerMethod<PutRequest, PutResponse>(service.Put));
        serviceBinder.AddMethod(
            For(Contract.GetMethod, service), service is null ? null : new ServerStreamingServerMethod<GetRequest, GetResponse>(service.Get));
        serviceBinder.AddMethod(
            For(Contract.StatMethod, service), service is null ? null : new UnaryServerMethod<StatRequest, StatResponse>(service.Stat));
        serviceBinder.AddMethod(
            For(Contract.PingMethod, service), service is null ? null : new UnaryServerMethod<PingRequest, PingResponse>(service.Ping));
        serviceBinder.AddMethod(
            For(Contract.ShutdownMethod, service), service is null ? null : new UnaryServerMethod<ShutdownRequest, ShutdownResponse>(service.Shutdown));
    }

    // ASP.NET Core ends a call whose request cannot be read with UNKNOWN, as if the service had failed; gRPC has INTERNAL for it, as
    // over ZMTP.
    private static Method<TRequest, TResponse> For<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Contract.AgentServiceBase? service)
        where TRequest : class
        where TResponse : class =>
        service is not null ? method : new Method<TRequest, TResponse>(
            method.Type,
            method.ServiceName,
            method.Name,
            Marshallers.Create(method.RequestMarshaller.ContextualSerializer, context => Read(method.RequestMarshaller, context)),
            method.ResponseMarshaller);

    private static T Read<T>(Marshaller<T> marshaller, DeserializationContext context)
    {
        try
        {
            return marshaller.ContextualDeserializer(context);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"a request cannot be read: {e.Message}", e));
        }
    }
}
