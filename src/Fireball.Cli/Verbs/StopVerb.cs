using System.CommandLine;
using Fireball.Programs;
using Fireball.Serve.Client;
using Fireball.V1;

namespace Fireball.Cli;

/// <summary>stop: ends the background process.</summary>
internal sealed class StopVerb() : Verb("stop", "Disconnect all hosts and end the background process")
{
    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
        [("fireball stop", "agents leave; their executables stay for the next time")];

    public override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        if (Background.Starter().TryConnect() is { } socket)
        {
            await using ServeClient client = await ServeClient.OpenAsync(socket, cancellationToken);
            await new V1.ControllerService.ControllerServiceClient(client.Invoker).ShutdownAsync(new ControllerShutdownRequest(), cancellationToken: cancellationToken);
            await client.Ended.WaitAsync(cancellationToken);
        }

        return ExitStatus.Success;
    }
}
