using Fireball.Cli;
using Fireball.Cli.CommandLine;
using Fireball.Posix;
using Fireball.Ssh;

// Started by ssh to ask a question, not by a person.
if (AskPassClient.IsRequested)
{
    return AskPassClient.RunAsync(args, Console.OpenStandardOutput()).GetAwaiter().GetResult();
}

return Reactor.RunShared(() => FireballCommand.RunAsync(RawArguments.Restore(args)));
