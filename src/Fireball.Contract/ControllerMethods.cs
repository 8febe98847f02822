using Grpc.Core;

namespace Fireball.V1;

/// <content>
/// What generated code keeps to itself: the methods, for servers that bind them one by one. controller.proto says what each
/// does, and with which errors it ends.
/// </content>
public static partial class ControllerService
{
    /// <summary>Connects a host, with ssh's questions as responses and their answers as requests.</summary>
    public static Method<ConnectRequest, ConnectResponse> ConnectMethod => __Method_Connect;

    /// <summary>Shuts a host's agent down and closes the connection.</summary>
    public static Method<DisconnectRequest, DisconnectResponse> DisconnectMethod => __Method_Disconnect;

    /// <summary>The hosts that are connected, being connected, or lost and not yet given up.</summary>
    public static Method<ListHostsRequest, ListHostsResponse> ListHostsMethod => __Method_ListHosts;

    /// <summary>The same hosts, then each change.</summary>
    public static Method<WatchHostsRequest, WatchHostsResponse> WatchHostsMethod => __Method_WatchHosts;

    /// <summary>Runs one command on one host.</summary>
    public static Method<ControllerExecRequest, ControllerExecResponse> ExecMethod => __Method_Exec;

    /// <summary>Runs one command on many hosts.</summary>
    public static Method<RunRequest, RunResponse> RunMethod => __Method_Run;

    /// <summary>Writes one file from the bytes of the call, atomically.</summary>
    public static Method<ControllerPutRequest, ControllerPutResponse> PutMethod => __Method_Put;

    /// <summary>Reads one file.</summary>
    public static Method<ControllerGetRequest, ControllerGetResponse> GetMethod => __Method_Get;

    /// <summary>Writes files and trees.</summary>
    public static Method<PutTreeRequest, PutTreeResponse> PutTreeMethod => __Method_PutTree;

    /// <summary>Reads a file or a tree.</summary>
    public static Method<GetTreeRequest, GetTreeResponse> GetTreeMethod => __Method_GetTree;

    /// <summary>Tells what a path is.</summary>
    public static Method<ControllerStatRequest, ControllerStatResponse> StatMethod => __Method_Stat;

    /// <summary>Ends the serving process, and with it its agents.</summary>
    public static Method<ControllerShutdownRequest, ControllerShutdownResponse> ShutdownMethod => __Method_Shutdown;
}
