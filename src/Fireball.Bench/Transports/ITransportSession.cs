namespace Fireball.Bench;

/// <summary>A host connected by a transport. Disposal disconnects it.</summary>
internal interface ITransportSession : IAsyncDisposable
{
    /// <summary>Makes ready whatever the calls of a case need, so that a call is nothing but its work.</summary>
    Task<IOperation> PrepareAsync(WorkCase work, CancellationToken cancellationToken);

    /// <summary>Its calls travel in the ControlMaster's connection, not in one of their own.</summary>
    bool SharesMaster => true;

    /// <summary>Its ssh is part of this process, not a program.</summary>
    bool HasOwnSsh => false;

    /// <summary>The process that holds its connection for it; null: this one does.</summary>
    int? ServingProcessId => null;

    /// <summary>What its agent tells of itself; null: there is no agent.</summary>
    Task<AgentState?> AskAgentAsync(CancellationToken cancellationToken) => Task.FromResult<AgentState?>(null);
}
