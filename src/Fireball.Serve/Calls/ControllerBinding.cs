using Fireball.Rpc;
using Service = Fireball.V1.ControllerService;

namespace Fireball.Serve;

/// <summary>ControllerService.BindService of the generated code, method by method: see <see cref="DirectBinding"/>.</summary>
internal static class ControllerBinding
{
    public static void Bind(RpcServer server, ControllerCalls service)
    {
        server.AddDuplexStreaming(Service.ConnectMethod, service.Connect);
        server.AddUnary(Service.DisconnectMethod, service.Disconnect);
        server.AddUnary(Service.ListHostsMethod, service.ListHosts);
        server.AddServerStreaming(Service.WatchHostsMethod, service.WatchHosts);
        server.AddDuplexStreaming(Service.ExecMethod, service.Exec);
        server.AddServerStreaming(Service.RunMethod, service.Run);
        server.AddClientStreaming(Service.PutMethod, service.Put);
        server.AddServerStreaming(Service.GetMethod, service.Get);
        server.AddDuplexStreaming(Service.PutTreeMethod, service.PutTree);
        server.AddServerStreaming(Service.GetTreeMethod, service.GetTree);
        server.AddUnary(Service.StatMethod, service.Stat);
        server.AddUnary(Service.ShutdownMethod, service.Shutdown);
    }
}
