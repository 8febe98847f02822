using Fireball.Agent;
using Fireball.Agent.Core;

return AgentProgram.Run("fireball-agent", args, ZmtpOwnerServer.StartAsync);
