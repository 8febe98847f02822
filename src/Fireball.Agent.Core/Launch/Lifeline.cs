using Fireball.Linux;

namespace Fireball.Agent.Core;

/// <summary>
/// Standard input after the launch: its end means that the owner's ssh is gone; bytes are an owner's connection over
/// the session channel (launch.proto).
/// </summary>
internal sealed class Lifeline(Reactor reactor, OwnerConnections owners)
{
    internal async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = new ReactorStream(
                reactor, new Descriptor(0, owns: false), new Descriptor(1, owns: false));
            if (await channel.WaitForInputAsync(cancellationToken))
            {
                await owners.ServeAsync(channel, "session channel", cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Daemon.CloseStandardStreams();
        ControlChannel.TellLifelineLost();
    }
}
