using System.Collections.Frozen;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// What becomes of each keyword of ssh_config(5). Honoured ones take effect. Ignored ones change neither who is reached nor
/// how, or only what a session of ours never has. Every other is refused by its name, unless its value says "do nothing".
/// </summary>
internal static class ConfigKeywords
{
    /// <summary>They take effect; of each but IdentityFile the first value holds.</summary>
    internal static readonly FrozenSet<string> Honoured = Set(
        "hostname", "user", "port", "identityfile", "identitiesonly", "identityagent", "proxyjump", "hostkeyalias",
        "userknownhostsfile", "globalknownhostsfile", "stricthostkeychecking", "hashknownhosts", "connecttimeout",
        "serveraliveinterval", "ciphers", "macs", "kexalgorithms", "hostkeyalgorithms", "batchmode", "numberofpasswordprompts",
        "passwordauthentication", "kbdinteractiveauthentication", "challengeresponseauthentication",
        "pubkeyauthentication", "preferredauthentications", "ignoreunknown");

    /// <summary>They change nothing here, and that is known.</summary>
    internal static readonly FrozenSet<string> Ignored = Set(

        // What is shown and logged, and how a person's terminal is served.
        "loglevel", "logverbose", "syslogfacility", "fingerprinthash", "visualhostkey", "escapechar",
        "enableescapecommandline", "obscurekeystroketiming", "requesttty", "stdinnull", "forkafterauthentication",

        // Switched off by us with OpenSSH too: shared connections, commands, a person's own forwards.
        "controlmaster", "controlpath", "controlpersist", "remotecommand", "sessiontype", "permitlocalcommand", "localcommand",
        "localforward", "remoteforward", "dynamicforward", "clearallforwardings", "exitonforwardfailure", "gatewayports",
        "permitremoteopen", "streamlocalbindmask", "streamlocalbindunlink", "forwardx11", "forwardx11trusted",
        "forwardx11timeout", "xauthlocation", "tunnel", "tunneldevice",

        // Other ways in that are not tried: one less to succeed.
        "gssapiauthentication", "gssapidelegatecredentials", "gssapikeyexchange", "gssapitrustdns", "gssapirenewalforcesrekey",
        "gssapiclientidentity", "gssapiserveridentity", "gssapikexalgorithms", "hostbasedauthentication",
        "hostbasedacceptedalgorithms", "hostbasedkeytypes", "enablesshkeysign", "casignaturealgorithms",

        // More would be trusted, or learned, than is here.
        "checkhostip", "updatehostkeys", "verifyhostkeydns", "addkeystoagent", "usekeychain",

        // How often, how long and in what dress the same bytes travel.
        "connectionattempts", "serveralivecountmax", "tcpkeepalive", "compression", "compressionlevel", "ipqos", "rekeylimit",
        "channeltimeout", "tag", "warnweakcrypto", "pubkeyacceptedalgorithms", "pubkeyacceptedkeytypes",

        // The locale of a person's session.
        "sendenv",

        // They matter only with CanonicalizeHostname, which is refused.
        "canonicaldomains", "canonicalizefallbacklocal", "canonicalizemaxdots", "canonicalizepermittedcnames");

    /// <summary>Refused, unless they have this value, which does nothing.</summary>
    internal static readonly FrozenDictionary<string, string> RefusedUnless = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["addressfamily"] = "any",
        ["canonicalizehostname"] = "no",
        ["certificatefile"] = "none",
        ["forwardagent"] = "no",
        ["knownhostscommand"] = "none",
        ["nohostauthenticationforlocalhost"] = "no",
        ["pkcs11provider"] = "none",
        ["proxycommand"] = "none",
        ["proxyusefdpass"] = "no",
        ["revokedhostkeys"] = "none",
    }.ToFrozenDictionary();

    private static FrozenSet<string> Set(params string[] keywords) => keywords.ToFrozenSet(StringComparer.Ordinal);
}
