using Grpc.Core;

namespace Fireball.V1;

/// <content>What generated code keeps to itself: the methods, for callers and servers who choose how they are called.</content>
public static partial class Agent
{
    /// <summary>The method Exec.</summary>
    public static Method<ExecRequest, ExecResponse> ExecMethod => __Method_Exec;

    /// <summary>The method Outcome.</summary>
    public static Method<OutcomeRequest, OutcomeResponse> OutcomeMethod => __Method_Outcome;

    /// <summary>The method Put.</summary>
    public static Method<PutRequest, PutResponse> PutMethod => __Method_Put;

    /// <summary>The method Get.</summary>
    public static Method<GetRequest, GetResponse> GetMethod => __Method_Get;

    /// <summary>The method Stat.</summary>
    public static Method<StatRequest, StatResponse> StatMethod => __Method_Stat;

    /// <summary>The method Ping.</summary>
    public static Method<PingRequest, PingResponse> PingMethod => __Method_Ping;

    /// <summary>The method Shutdown.</summary>
    public static Method<ShutdownRequest, ShutdownResponse> ShutdownMethod => __Method_Shutdown;
}
