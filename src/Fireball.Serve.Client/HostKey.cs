using System.Text;
using Fireball.V1;

namespace Fireball.Serve.Client;

/// <summary>The name of a connection: destination and ssh arguments, as printable ASCII without loss. See <see cref="ServeMetadata.Host"/>.</summary>
public static class HostKey
{
    /// <summary>The key of a host. Two specs with the same destination and arguments have the same.</summary>
    public static string Of(string destination, IEnumerable<string> sshArguments)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(sshArguments);
        var key = new StringBuilder();
        Append(key, destination);
        foreach (string argument in sshArguments)
        {
            key.Append(' ');
            Append(key, argument);
        }

        return key.ToString();
    }

    /// <inheritdoc cref="Of(string, IEnumerable{string})" />
    public static string Of(HostSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Of(spec.Destination, spec.SshArguments);
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
