using Fireball.Files;
using Fireball.V1;
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
            Contract.ExecMethod, service is null ? null : new DuplexStreamingServerMethod<ExecRequest, ExecResponse>(service.Exec));
        serviceBinder.AddMethod(
            Contract.OutcomeMethod, service is null ? null : new UnaryServerMethod<OutcomeRequest, OutcomeResponse>(service.Outcome));
        serviceBinder.AddMethod(
            Put, service is null ? null : new DuplexStreamingServerMethod<PutRequest, PutResponse>(service.Put));
        serviceBinder.AddMethod(
            Contract.GetMethod, service is null ? null : new ServerStreamingServerMethod<GetRequest, GetResponse>(service.Get));
        serviceBinder.AddMethod(
            Contract.StatMethod, service is null ? null : new UnaryServerMethod<StatRequest, StatResponse>(service.Stat));
        serviceBinder.AddMethod(
            Contract.PingMethod, service is null ? null : new UnaryServerMethod<PingRequest, PingResponse>(service.Ping));
        serviceBinder.AddMethod(
            Contract.ShutdownMethod, service is null ? null : new UnaryServerMethod<ShutdownRequest, ShutdownResponse>(service.Shutdown));
    }
}
