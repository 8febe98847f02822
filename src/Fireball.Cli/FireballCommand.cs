using System.CommandLine;
using Fireball.Controller;
using Fireball.Programs;
using Grpc.Core;

namespace Fireball.Cli;

/// <summary>From arguments to an exit status: every failure becomes one line and a number.</summary>
internal static class FireballCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            ParseResult result = CommandTree.Parse(arguments);
            if (result.Errors.Count > 0 && result.Action is not HelpText)
            {
                string verb = result.CommandResult.Command is RootCommand ? "" : " " + result.CommandResult.Command.Name;
                Report.Failure($"{result.Errors[0].Message.TrimEnd('.')}; see 'fireball{verb} --help'");
                return ExitStatus.Failure;
            }

            return await result.InvokeAsync(new InvocationConfiguration
            {
                // Signals and failures are handled here and in the verbs.
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (UsageException failure)
        {
            Report.Failure(failure.Message);
            return ExitStatus.Failure;
        }
        catch (ExecNotStartedException failure)
        {
            Report.Failure($"{failure.Host}: {failure.Phase}: {failure.Message}");
            return failure.Refusal switch
            {
                ExecRefusal.NotFound => ExitStatus.NotFound,
                ExecRefusal.NotExecutable => ExitStatus.NotExecutable,
                _ => ExitStatus.Failure,
            };
        }
        catch (FireballException failure)
        {
            Report.Failure($"{failure.Host}: {failure.Phase}: {failure.Message}");
            return ExitStatus.Failure;
        }
        catch (RpcException failure)
        {
            // Of the background process: of a host, the verbs know more.
            Report.Failure(failure.Status.Detail);
            return ExitStatus.Failure;
        }
        catch (IOException failure)
        {
            Report.Failure(failure.Message);
            return ExitStatus.Failure;
        }
    }
}
