namespace Fireball.Ssh.SshNet;

/// <summary>StrictHostKeyChecking: what becomes of a host key that is not known. One that has changed is always refused.</summary>
internal enum HostChecking
{
    /// <summary>A person is asked; refused where there is no prompter.</summary>
    Ask,

    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>It is added to the file.</summary>
    Accept,
}
