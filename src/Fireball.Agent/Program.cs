using Fireball.Agent;
using Fireball.Agent.Hosting;

return AgentProgram.Run("fireball-agent", args, ZmtpOwnerServer.StartAsync);
