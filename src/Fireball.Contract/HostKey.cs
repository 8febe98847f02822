using System.Text;

namespace Fireball.V1;

/// <summary>
/// The name of a connection: transport, SSH implementation, destination and ssh arguments, as printable ASCII without loss. See
/// <see cref="ServeMetadata.Host"/>.
/// </summary>
public static class HostKey
{
    /// <summary>The key of a host. Two specs with the same destination, arguments, transport and ssh have the same.</summary>
    /// <param name="destination">As ssh takes it.</param>
    /// <param name="sshArguments">ssh's options before it.</param>
    /// <param name="transport">What calls travel in; empty: the default.</param>
    /// <param name="ssh">Who makes the SSH connection; empty: the default.</param>
    public static string Of(string destination, IEnumerable<string> sshArguments, string transport = "", string ssh = "")
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(sshArguments);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(ssh);
        var key = new StringBuilder();
        AppendChoice(key, "transport", transport, ConnectionNames.Zmq);
        AppendChoice(key, "ssh", ssh, ConnectionNames.OpenSsh);
        Append(key, destination);
        foreach (string argument in sshArguments)
        {
            key.Append(' ');
            Append(key, argument);
        }

        return key.ToString();
    }

    /// <summary>As above, of a whole spec.</summary>
    public static string Of(HostSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Of(spec.Destination, spec.SshArguments, spec.Transport, spec.Ssh);
    }

    // Nothing else begins like this: of a text, a percent sign is followed by digits.
    private static void AppendChoice(StringBuilder key, string name, string value, string usual)
    {
        if (value.Length > 0 && value != usual)
        {
            key.Append('%').Append(name).Append('=');
            Append(key, value);
            key.Append(' ');
        }
    }

    private static void Append(StringBuilder key, string text)
    {
        foreach (char c in text)
        {
            if (c is > ' ' and < '\x7F' and not '%')
            {
                key.Append(c);
            }
            else
            {
                key.Append('%').Append(((int)c).ToString("X4"));
            }
        }
    }
}
