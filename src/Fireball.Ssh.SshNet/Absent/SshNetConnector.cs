namespace Fireball.Ssh.SshNet;

/// <summary>SSH sessions by SSH.NET. This build has none: it was made without -p:UseSshNet=true.</summary>
public sealed class SshNetConnector : ISshConnector
{
    /// <summary>Whether this build has it.</summary>
    public static bool IsBuilt => false;

    /// <summary>Never connects.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<ISshSession> ConnectAsync(
        SshTarget target, SshConnectOptions options, CancellationToken cancellationToken = default) =>
        Task.FromException<ISshSession>(new NotSupportedException("this build is without SSH.NET (-p:UseSshNet=true)"));
}
