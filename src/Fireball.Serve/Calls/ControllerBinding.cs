using Fireball.Rpc;
using Service = Fireball.V1.Controller;

namespace Fireball.Serve;

/// <summary>Controller.BindService of the generated code, method by method: see <see cref="DirectBinding"/>.</summary>
internal static class ControllerBinding
{
    public static void Bind(RpcServer server, ControllerService service)
    {
        server.AddDuplexStreaming(Service.ConnectMethod, service.Connect);
        server.AddUnary(Service.DisconnectMethod, service.Disconnect);
        server.AddUnary(Service.ListHostsMethod, service.ListHosts);
        server.AddServerStreaming(Service.WatchHostsMethod, service.WatchHosts);
        server.AddDuplexStreaming(Service.ExecMethod, service.Exec);
        server.AddServerStreaming(Service.RunMethod, service.Run);
        server.AddClientStreaming(Service.PutMethod, service.Put);
        server.AddServerStreaming(Service.GetMethod, service.Get);
        server.AddUnary(Service.ShutdownMethod, service.Shutdown);
    }
}
