using Fireball.Agent.Core;
using Fireball.Agent.Grpc;

return AgentProgram.Run("fireball-agent-grpc", args, GrpcOwnerServer.StartAsync);
