namespace Fireball.Ssh;

/// <summary>A command that runs on the host, whoever carries it there: its standard streams and its end.</summary>
internal interface IRemoteCommand
{
    /// <summary>Its standard input and output.</summary>
    Stream Channel { get; }

    /// <summary>The last lines of its standard error, and of whoever carries it.</summary>
    IReadOnlyList<string> ErrorLines { get; }

    /// <summary>Puts bytes before those that are still to be received; before anybody else reads.</summary>
    void PutBack(ReadOnlyMemory<byte> bytes);

    /// <summary>Why it ended before its work was done; its channel has ended.</summary>
    /// <param name="phase">The step that had been reached.</param>
    /// <param name="begun">The login had worked, and there was a shell.</param>
    /// <param name="refusals">What the bootstrap had refused, as the end of a message.</param>
    Task<SshException> FailureAsync(SshPhase phase, bool begun, string refusals);
}
