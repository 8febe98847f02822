using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// The check of one host's key. Within the key exchange it only judges: a key that is not known ends the connection, and is
/// asked about afterwards, when nothing waits; then a new connection is made.
/// </summary>
internal sealed class HostKeyCheck(ResolvedHost host)
{
    private readonly KnownHosts _known = KnownHosts.Read(host);
    private byte[]? _accepted;

    /// <summary>The judgement of the key that was refused last; null: none was.</summary>
    internal HostKeyVerdict? Refused { get; private set; }

    /// <summary>The algorithms to ask for first: those of the known keys.</summary>
    internal IEnumerable<string> PreferredAlgorithms => _known.KeyTypes.SelectMany(KeyBlob.Algorithms);

    /// <summary>Whether to go on with the key that the host has shown. On the thread of the key exchange; never waits.</summary>
    internal bool Accepts(byte[] key)
    {
        var verdict = _known.Judge(key);
        bool accepted = verdict.Status == HostKeyStatus.Known
            || (verdict.Status == HostKeyStatus.Unknown && _accepted is not null && _accepted.AsSpan().SequenceEqual(key));
        Refused = accepted ? null : verdict;
        return accepted;
    }

    /// <summary>After a refusal: decides what becomes of the key, and returns where it was accepted.</summary>
    /// <exception cref="TunnelException">Phase connect: it was not.</exception>
    internal async Task DecideAsync(HostKeyVerdict verdict, Questions? questions, CancellationToken cancellationToken)
    {
        string type = KeyBlob.ShortType(verdict.KeyType);
        string name = Printable.Line(_known.Name);
        switch (verdict.Status)
        {
            case HostKeyStatus.Revoked:
                throw Refuse($"host key verification failed: the {type} host key of {name} is revoked ({verdict.Entry})");
            case HostKeyStatus.Changed:
                throw Refuse(SshFailure.HostKeyChanged("Offending " + verdict.Entry));
        }

        if (_known.Authority is { } authority)
        {
            throw SshSettings.NotSupported($"{authority.File} line {authority.Line}", "a @cert-authority, and the host has no other known key; it");
        }

        if (host.Checking == HostChecking.Refuse)
        {
            throw Refuse(SshFailure.HostKeyRefused(
                $"Host key verification failed: No {type} host key is known for {name} and you have requested strict checking."));
        }

        if (host.Checking == HostChecking.Ask && !await IsConfirmedAsync(verdict, type, name, questions, cancellationToken).ConfigureAwait(false))
        {
            throw Refuse(SshFailure.HostKeyRefused($"Host key verification failed: the {type} host key of {name} was not accepted"));
        }

        _accepted = verdict.Key;
        if (host.UserKnownHosts is [var file, ..])
        {
            _known.Add(file, verdict.KeyType, verdict.Key, host.HashKnownHosts);
        }
    }

    private static TunnelException Refuse(string message) => TunnelException.Lasting(ConnectPhase.Connect, message);

    private static async Task<bool> IsConfirmedAsync(
        HostKeyVerdict verdict, string type, string name, Questions? questions, CancellationToken cancellationToken)
    {
        string fingerprint = KeyBlob.Fingerprint(verdict.Key);
        if (questions is null)
        {
            throw Refuse(SshFailure.HostKeyRefused(
                $"Host key verification failed: No {type} host key is known for {name} and there is no one to ask"));
        }

        string answer = await questions.AskAsync(
            PromptKind.Confirm,
            $"The authenticity of host '{name}' can't be established.\n{type} key fingerprint is {fingerprint}.\n"
            + "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
            ConnectPhase.Connect,
            cancellationToken).ConfigureAwait(false);
        return answer.Trim().Equals("yes", StringComparison.OrdinalIgnoreCase) || answer.Trim() == fingerprint;
    }
}
