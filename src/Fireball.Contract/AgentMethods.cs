using Grpc.Core;

namespace Fireball.V1;

/// <content>
/// What generated code keeps to itself: the methods, for callers and servers who choose how they are called. agent.proto says
/// what each does, and with which errors it ends.
/// </content>
public static partial class AgentService
{
    /// <summary>Runs one command; its input comes with the requests, its output and exit with the responses.</summary>
    public static Method<ExecRequest, ExecResponse> ExecMethod => __Method_Exec;

    /// <summary>What became of an exec whose call was lost with its connection.</summary>
    public static Method<OutcomeRequest, OutcomeResponse> OutcomeMethod => __Method_Outcome;

    /// <summary>Writes files and trees from the records of the requests.</summary>
    public static Method<PutRequest, PutResponse> PutMethod => __Method_Put;

    /// <summary>Reads a file or a tree as records.</summary>
    public static Method<GetRequest, GetResponse> GetMethod => __Method_Get;

    /// <summary>What a path is.</summary>
    public static Method<StatRequest, StatResponse> StatMethod => __Method_Stat;

    /// <summary>Answers at once, with the version, age and memory of the agent.</summary>
    public static Method<PingRequest, PingResponse> PingMethod => __Method_Ping;

    /// <summary>Kills what runs, removes what the agent has on disk, and ends it.</summary>
    public static Method<ShutdownRequest, ShutdownResponse> ShutdownMethod => __Method_Shutdown;
}
