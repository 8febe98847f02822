using Fireball.Cli;
using Fireball.Cli.CommandLine;
using Fireball.Ssh;

// Started by ssh to ask a question, not by a person.
if (AskPassClient.IsRequested)
{
    return await AskPassClient.RunAsync(args, Console.OpenStandardOutput());
}

return await FireballCommand.RunAsync(RawArguments.Restore(args));
