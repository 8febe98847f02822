using Fireball.Linux;
using Fireball.Serve;
using Fireball.Ssh;

// Started by ssh to ask a question, not by a person.
if (AskPassClient.IsRequested)
{
    return AskPassClient.RunAsync(args, Console.OpenStandardOutput()).GetAwaiter().GetResult();
}

return Reactor.RunShared(() => ServeCommand.RunAsync(args));
