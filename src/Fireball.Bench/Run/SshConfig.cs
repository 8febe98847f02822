using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Fireball.Bench;

/// <summary>
/// The one ssh configuration that all transports of a run use, so that none has a better cipher or a shorter way: what the
/// user's own says, then what Fireball prefers where the user says nothing.
/// </summary>
internal static class SshConfig
{
    /// <summary>Writes it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="userFile">The user's -F; null: what ssh reads by itself.</param>
    /// <param name="roundTrip">Time to add to each round trip; zero: none.</param>
    public static void Write(string path, string? userFile, TimeSpan roundTrip)
    {
        var text = new StringBuilder();
        if (roundTrip > TimeSpan.Zero)
        {
            // First, because in ssh the first value of a setting holds. The host that the relay connects is the one that
            // ssh would: so this does not go together with a ProxyJump of the user's.
            text.Append($"ProxyCommand {OwnExecutable.Path} {DelayRelay.Verb} {roundTrip.TotalMilliseconds / 2:0.###} %h %p\n");
        }

        text.Append(userFile switch
        {
            null => "Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\n",
            "none" => "",
            _ => $"Include \"{userFile}\"\n",
        });
        text.Append("Match all\nServerAliveInterval 5\nServerAliveCountMax 2\nConnectTimeout 15\nBatchMode yes\n");
        if (Aes.IsSupported)
        {
            // As Fireball's own connections prefer.
            text.Append("Ciphers ^aes128-gcm@openssh.com,aes256-gcm@openssh.com\n");
        }

        File.WriteAllText(path, text.ToString());
    }
}
