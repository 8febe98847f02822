using Grpc.Core;

namespace Fireball.V1;

/// <content>What generated code keeps to itself: the methods, for servers that bind them one by one.</content>
public static partial class Controller
{
    /// <summary>The method Connect.</summary>
    public static Method<ConnectRequest, ConnectResponse> ConnectMethod => __Method_Connect;

    /// <summary>The method Disconnect.</summary>
    public static Method<DisconnectRequest, DisconnectResponse> DisconnectMethod => __Method_Disconnect;

    /// <summary>The method ListHosts.</summary>
    public static Method<ListHostsRequest, ListHostsResponse> ListHostsMethod => __Method_ListHosts;

    /// <summary>The method WatchHosts.</summary>
    public static Method<WatchHostsRequest, WatchHostsResponse> WatchHostsMethod => __Method_WatchHosts;

    /// <summary>The method Exec.</summary>
    public static Method<ControllerExecRequest, ExecResponse> ExecMethod => __Method_Exec;

    /// <summary>The method Run.</summary>
    public static Method<RunRequest, RunResponse> RunMethod => __Method_Run;

    /// <summary>The method Put.</summary>
    public static Method<ControllerPutRequest, ControllerPutResponse> PutMethod => __Method_Put;

    /// <summary>The method Get.</summary>
    public static Method<ControllerGetRequest, ControllerGetResponse> GetMethod => __Method_Get;

    /// <summary>The method Shutdown.</summary>
    public static Method<ControllerShutdownRequest, ControllerShutdownResponse> ShutdownMethod => __Method_Shutdown;
}
