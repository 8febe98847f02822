using System.Runtime.Intrinsics.X86;
using Fireball.Deploy;
using Renci.SshNet;

namespace Fireball.Ssh.SshNet;

/// <summary>What is offered to a host, and in which order.</summary>
internal static class Algorithms
{
    // With AES in the processor twice as fast as the others, as with OpenSSH; see SshDefaults.
    private static readonly string[] FastCiphers = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"];

    // The cheapest first; the others after them, for hosts that have none of these.
    private static readonly string[] PostQuantum =
        [KeyExchanges.MlKem, "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com"];

    /// <summary>Sets it.</summary>
    /// <param name="info">Takes it.</param>
    /// <param name="host">What the user wants.</param>
    /// <param name="knownHostKeys">Host key algorithms to ask for first.</param>
    /// <param name="onKeyExchange">Told the way into the session's messages, at the beginning of each key exchange.</param>
    /// <exception cref="TunnelException">Phase connect: nothing is left of what the user wants.</exception>
    internal static void Apply(ConnectionInfo info, ResolvedHost host, IEnumerable<string> knownHostKeys, Action<SessionPort> onKeyExchange)
    {
        // Left out unless they are named: SHA-1, MD5, CBC and 3DES, as OpenSSH leaves them out.
        Select(info.Encryptions, host, "ciphers", FirstFast, name => name.EndsWith("-cbc", StringComparison.Ordinal));
        Select(info.HmacAlgorithms, host, "macs", names => names, IsSha1);
        Select(info.KeyExchangeAlgorithms, host, "kexalgorithms", names => PostQuantum.Intersect(names).Union(names), IsSha1);
        Select(
            info.HostKeyAlgorithms,
            host,
            "hostkeyalgorithms",
            names => knownHostKeys.Intersect(names).Union(names),
            name => name is "ssh-rsa" or "ssh-dss",
            isOut: name => name.Contains("-cert-", StringComparison.Ordinal));
        foreach (var (name, create) in info.KeyExchangeAlgorithms.ToArray())
        {
            info.KeyExchangeAlgorithms[name] = () => new SessionPort(create(), onKeyExchange);
        }
    }

    private static bool IsSha1(string name) =>
        name.Contains("sha1", StringComparison.Ordinal) || name.Contains("md5", StringComparison.Ordinal);

    private static IEnumerable<string> FirstFast(IEnumerable<string> names) =>
        Aes.IsSupported ? FastCiphers.Intersect(names).Union(names) : names;

    private static void Select<T>(
        Renci.SshNet.IOrderedDictionary<string, T> offered,
        ResolvedHost host,
        string keyword,
        Func<IEnumerable<string>, IEnumerable<string>> order,
        Predicate<string> isOld,
        Predicate<string>? isOut = null)
    {
        var all = offered.Where(pair => isOut?.Invoke(pair.Key) != true).ToArray();
        string[] names = [.. all.Select(pair => pair.Key)];
        string[] usual = [.. order(names.Where(name => !isOld(name)))];
        var line = host.Algorithms(keyword);
        var selected = AlgorithmList.Select(line?.Value, usual, names);
        if (selected.Count == 0)
        {
            throw SshSettings.NotSupported(line?.Location ?? "", $"none of {keyword} {Printable.Quote(line?.Value ?? "")}");
        }

        offered.Clear();
        foreach (string name in selected)
        {
            offered.Add(name, all.First(pair => pair.Key == name).Value);
        }
    }
}
