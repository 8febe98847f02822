using Grpc.Core;

namespace Fireball.V1;

/// <content>What generated code keeps to itself.</content>
public static partial class Agent
{
    /// <summary>The method Exec, for callers who choose how it is called.</summary>
    public static Method<ExecRequest, ExecResponse> ExecMethod => __Method_Exec;
}
