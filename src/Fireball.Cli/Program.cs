using Fireball.Cli;
using Fireball.Linux;
using Fireball.Programs;
using Fireball.Ssh;

// Started by ssh to ask a question, not by a person.
if (AskPassClient.IsRequested)
{
    return AskPassClient.RunAsync(args, Console.OpenStandardOutput()).GetAwaiter().GetResult();
}

string[] arguments = RawArguments.Restore(args);
if (OtherProgram.MeantBy(arguments) is { } program)
{
    // Before anything has begun, on the first thread: what it inherits of signals is what this process was given.
    try
    {
        program.Become(arguments);
    }
    catch (IOException failure)
    {
        Report.Failure(failure.Message);
        return ExitStatus.Failure;
    }
}

return Reactor.RunShared(() => FireballCommand.RunAsync(arguments));
