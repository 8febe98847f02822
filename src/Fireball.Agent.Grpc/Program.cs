using Fireball.Agent.Grpc;
using Fireball.Agent.Hosting;

return AgentProgram.Run("fireball-agent-grpc", args, GrpcOwnerServer.StartAsync);
