namespace Fireball.Bench;

/// <summary>
/// Measures a plan's cases one after the other; within a case the transports take turns, round by round. What was measured
/// stays, however the run ends.
/// </summary>
/// <param name="plan">What to do.</param>
/// <param name="host">Where.</param>
/// <param name="progress">Told before each round.</param>
/// <param name="clock">Takes the times.</param>
internal sealed class BenchRunner(BenchPlan plan, BenchHost host, IProgress<BenchProgress>? progress, TimeProvider clock)
    : IAsyncDisposable
{
    /// <summary>Why a run is not complete that was told to end.</summary>
    public const string Interrupted = "interrupted";

    private readonly Dictionary<ITransport, ITransportSession> _sessions = [];
    private readonly List<CaseResult> _results = [];
    private readonly DateTimeOffset _created = clock.GetUtcNow();
    private readonly MachineState _machine = MachineReader.Read(File.ReadLines(host.SshLog));

    /// <summary>Does it all. Never throws for what happens to a host or a transport: the results tell.</summary>
    /// <param name="name">The host's name in the results.</param>
    /// <param name="cancellationToken">Ends the run; what was finished is in the results.</param>
    public async Task<BenchResults> RunAsync(string name, CancellationToken cancellationToken)
    {
        var (state, reason) = (RunState.Complete, (string?)null);
        for (int i = 0; i < plan.Cases.Count && state == RunState.Complete; i++)
        {
            Contestant[] contestants = [.. plan.TransportsOf(plan.Cases[i]).Select(transport => new Contestant(transport.Name, plan.Cases[i]))];
            try
            {
                await (plan.Cases[i].Kind == WorkKinds.Idle
                    ? IdleAsync(i, contestants, cancellationToken)
                    : CompareAsync(i, contestants, cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                (state, reason) = (RunState.Interrupted, Interrupted);
            }
            catch (HostLostException lost)
            {
                (state, reason) = (RunState.HostLost, lost.Message);
            }
            finally
            {
                await Task.WhenAll(contestants.Select(one => one.Operation?.DisposeAsync().AsTask() ?? Task.CompletedTask));
            }

            foreach (Contestant one in contestants)
            {
                one.Problem ??= reason;
                _results.Add(one.ToResult());
            }
        }

        return new BenchResults
        {
            Created = _created,
            Host = name,
            State = state,
            Reason = reason,
            Machine = _machine,
            Settings = new RunSettings
            {
                Rounds = plan.Rounds,
                SecondsPerCase = plan.Time.TotalSeconds,
                RttMs = plan.RoundTrip.TotalMilliseconds,
            },
            Cases = _results,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ITransportSession session in _sessions.Values)
        {
            await session.DisposeAsync();
        }

        _sessions.Clear();
    }

    private async Task CompareAsync(int index, Contestant[] contestants, CancellationToken cancellationToken)
    {
        WorkCase work = plan.Cases[index];
        ILoad load = work.Rate is { } rate
            ? new OpenLoop(rate, work.Concurrency, new KernelPacer(), clock)
            : new ClosedLoop(work.Concurrency, clock);
        foreach (Contestant one in contestants)
        {
            Tell(index, one, 0);
            await TryAsync(
                one,
                async () =>
                {
                    await PrepareAsync(one, work, cancellationToken);
                    if (plan.WarmsUp)
                    {
                        await one.WarmUpAsync(load, plan.WarmUpTime, cancellationToken);
                    }
                },
                cancellationToken);
        }

        for (int round = 0; round < plan.Rounds; round++)
        {
            for (int i = 0; i < contestants.Length; i++)
            {
                // Another one begins each round, so that none always comes after the same.
                Contestant one = contestants[(round + i) % contestants.Length];
                if (one.Problem is null)
                {
                    Tell(index, one, round + 1);
                    await TryAsync(
                        one,
                        () => one.MeasureAsync(load, plan.Time / plan.Rounds, host, clock, cancellationToken),
                        cancellationToken);
                }
            }
        }
    }

    // Each alone, because what a connection costs while nothing happens is seen only where no other one is.
    private async Task IdleAsync(int index, Contestant[] contestants, CancellationToken cancellationToken)
    {
        foreach (Contestant one in contestants)
        {
            Tell(index, one, 1);
            await TryAsync(
                one,
                async () =>
                {
                    await DisposeAsync();
                    await PrepareAsync(one, plan.Cases[index], cancellationToken);
                    await one.MeasureAsync(new ClosedLoop(1, clock), plan.IdleTime, host, clock, cancellationToken);
                },
                cancellationToken);
        }
    }

    private void Tell(int index, Contestant one, int round) => progress?.Report(
        new BenchProgress(index + 1, plan.Cases.Count, Done(index), plan.Cases[index].Key, one.Transport, round, plan.Rounds));

    private double Done(int index) => Planned(plan.Cases.Take(index)) / Planned(plan.Cases);

    private double Planned(IEnumerable<WorkCase> cases) => cases.Sum(work => plan.Planned(work).TotalSeconds);

    private async Task PrepareAsync(Contestant one, WorkCase work, CancellationToken cancellationToken)
    {
        one.Session = await SessionAsync(one.Transport, cancellationToken);
        one.Operation = await one.Session.PrepareAsync(work, cancellationToken);
    }

    // A transport that fails is out of this case, with the reason; unless it is the host that fails.
    private async Task TryAsync(Contestant one, Func<Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await action();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            string reason = failure.Message.ReplaceLineEndings(" ");
            if (await host.ProbeAsync(cancellationToken) is { } lost)
            {
                throw new HostLostException($"{host.Destination} does not answer any more ({one.Transport}: {reason}; {lost})");
            }

            one.Problem = reason;
            await ForgetAsync(one.Transport);
        }
    }

    private async Task<ITransportSession> SessionAsync(string name, CancellationToken cancellationToken)
    {
        ITransport transport = plan.Transports.First(transport => transport.Name == name);
        if (!_sessions.TryGetValue(transport, out ITransportSession? session))
        {
            session = await transport.OpenAsync(host, cancellationToken);
            _sessions.Add(transport, session);
        }

        return session;
    }

    // The next case gets a fresh one.
    private async Task ForgetAsync(string name)
    {
        if (_sessions.Keys.FirstOrDefault(transport => transport.Name == name) is { } transport
            && _sessions.Remove(transport, out ITransportSession? session))
        {
            await session.DisposeAsync();
        }
    }
}
