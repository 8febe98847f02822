namespace Fireball.Deploy;

/// <summary>A command that runs on the host, by whatever way it got there: its standard streams and its end.</summary>
internal interface IRemoteCommand
{
    /// <summary>Its standard input and output.</summary>
    Stream Channel { get; }

    /// <summary>The last lines of its standard error, and of the program that carries it.</summary>
    IReadOnlyList<string> ErrorLines { get; }

    /// <summary>Puts bytes before those that are still to be received; to be called before any other read.</summary>
    void PutBack(ReadOnlyMemory<byte> bytes);

    /// <summary>Why it ended before its work was done; its channel has ended.</summary>
    /// <param name="phase">The step that had been reached.</param>
    /// <param name="begun">The login had worked, and there was a shell.</param>
    /// <param name="refusals">What the bootstrap had refused, as the end of a message.</param>
    Task<TunnelException> FailureAsync(ConnectPhase phase, bool begun, string refusals);
}
