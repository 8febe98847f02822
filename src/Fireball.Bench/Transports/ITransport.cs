namespace Fireball.Bench;

/// <summary>What calls travel in.</summary>
internal interface ITransport
{
    /// <summary>As --transports takes it.</summary>
    string Name { get; }

    /// <summary>One line for help and reports.</summary>
    string Description { get; }

    /// <summary>What it can do.</summary>
    IReadOnlyList<WorkKind> Works { get; }

    /// <summary>Connects the host.</summary>
    Task<ITransportSession> OpenAsync(BenchHost host, CancellationToken cancellationToken);
}
