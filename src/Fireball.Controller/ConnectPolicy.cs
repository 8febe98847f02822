using Fireball.Deploy;
using Polly;
using Polly.Fallback;
using Polly.Retry;

namespace Fireball.Controller;

/// <summary>
/// What is tried again on the way to a host's agent, how often, and what never is; and how long its steps may take.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Connecting: <see cref="FireballOptions.ConnectAttempts"/> times in all, with a wait that doubles, where the host was
/// not reached, refused or hung up. Never where a second try cannot change the outcome (a name without address, a host key that
/// has changed, credentials that are not accepted, a platform without an agent, a full disk), and never after a person was asked something.</item>
/// <item>An agent that was lost is come back to within its lease; where it is gone, another is started, once.</item>
/// <item>A call that certainly did not reach the agent: <see cref="CallAttempts"/> times in all, each over a way that was
/// mended. A command that the agent says it has not started: <see cref="StartAttempts"/> times. Whatever may have begun is
/// never sent again.</item>
/// <item>A connect in which nothing happens: Fireball.Deploy's Watch ends it, which each sign of life sets back and a person's
/// thinking stops. A time-out from the beginning, as a pipeline has it, would cut off long uploads.</item>
/// </list>
/// The loops of calls and commands are FireballHost's own, not pipelines: each `fireball exec` passes them, and a first
/// pipeline costs a process 2.7 ms, as much as the command takes to start.
/// </remarks>
public static class ConnectPolicy
{
    /// <summary>How often a call is made, all in all, over a <see cref="HostLink"/>: once more after each reconnection.</summary>
    public const int CallAttempts = 3;

    /// <summary>
    /// The same by way of the serving process: one more, since the first may find that the process is gone.
    /// </summary>
    public const int ServedCallAttempts = 4;

    /// <summary>How often a command is sent, all in all, that the agent says it has not started.</summary>
    internal const int StartAttempts = 3;

    /// <summary>
    /// How long to ask what became of a command whose connection was lost: 12 s, for a new connection and for the agent's
    /// kill ladder (5 s) to end what has no owner any more. What can be learnt later is not worth keeping a person waiting.
    /// </summary>
    internal static readonly TimeSpan OutcomeLimit = TimeSpan.FromSeconds(12);

    /// <summary>How a host is connected.</summary>
    internal static ResiliencePipeline<HostSession> Connecting(string host, SessionOpener opener, FireballOptions options)
    {
        var builder = new ResiliencePipelineBuilder<HostSession> { TimeProvider = options.TimeProvider };
        if (options.ConnectAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HostSession>
            {
                MaxRetryAttempts = options.ConnectAttempts - 1,
                Delay = options.ConnectRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => new ValueTask<bool>(
                    !opener.HasAsked && arguments.Outcome.Exception is TunnelException { IsRetryable: true }),
                OnRetry = arguments =>
                {
                    HostLog.TriedAgain(options.Logger, host, arguments.Outcome.Exception?.Message);
                    return default;
                },
            });
        }

        // A host that cannot be connected at all is a failure here too, and no reason to forget its agent.
        return builder
            .AddFallback(new FallbackStrategyOptions<HostSession>
            {
                ShouldHandle = arguments => new ValueTask<bool>(
                    opener.ComesBack && arguments.Outcome.Exception is NotSupportedException or TunnelException
                    {
                        Phase: ConnectPhase.Probe or ConnectPhase.Launch or ConnectPhase.Forward or ConnectPhase.Handshake,
                    }),
                FallbackAction = async arguments => Outcome.FromResult(
                    await opener.StartAnotherAsync(arguments.Context.CancellationToken).ConfigureAwait(false)),
            })
            .Build();
    }

    /// <summary>A step that must be over within a time.</summary>
    internal static ResiliencePipeline Within(TimeSpan limit) => new ResiliencePipelineBuilder().AddTimeout(limit).Build();
}
