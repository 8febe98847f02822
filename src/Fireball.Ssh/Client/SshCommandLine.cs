using System.Collections;

namespace Fireball.Ssh;

/// <summary>The one ssh process of a connection: its arguments and its environment.</summary>
internal static class SshCommandLine
{
    /// <summary>
    /// What must hold whatever the user's files and arguments say, because the session would not work otherwise. Given
    /// first: in ssh the first value holds.
    /// </summary>
    private static readonly string[] Fixed =
    [
        // A session without a terminal: bytes pass as they are. Never -N: see decision 14 of the design.
        "-T",
        "-o", "RequestTTY=no",
        "-o", "RemoteCommand=none",
        "-o", "PermitLocalCommand=no",

        // A connection of our own: a shared one would end with its master, and count against its MaxSessions.
        "-o", "ControlMaster=no",
        "-o", "ControlPath=none",

        // A denied forward is no end: the session channel carries the bytes then.
        "-o", "ExitOnForwardFailure=no",
        "-o", "StreamLocalBindMask=0177",
        "-o", "StreamLocalBindUnlink=no",
        "-o", "ForwardX11=no",
        "-o", "Tunnel=no",
    ];

    /// <summary>All of argv.</summary>
    /// <param name="program">The ssh program.</param>
    /// <param name="target">The destination, checked.</param>
    /// <param name="userArguments">The user's arguments, without -F.</param>
    /// <param name="directory">The connection's directory with the defaults written, the forward among them.</param>
    /// <param name="forwards">It forwards.</param>
    /// <param name="canAsk">Questions go to SSH_ASKPASS; otherwise each fails at once.</param>
    /// <param name="command">The remote command.</param>
    internal static List<string> Arguments(
        string program,
        SshTarget target,
        IEnumerable<string> userArguments,
        LocalDirectory directory,
        bool forwards,
        bool canAsk,
        string command)
    {
        var list = new List<string> { program, "-F", directory.Defaults };
        list.AddRange(Fixed);
        list.AddRange(["-o", canAsk ? "BatchMode=no" : "BatchMode=yes"]);
        if (!forwards)
        {
            list.AddRange(["-o", "ClearAllForwardings=yes"]);
        }

        list.AddRange(userArguments);
        list.AddRange(["--", target.Destination, command]);
        return list;
    }

    /// <summary>This process's environment, with SSH_ASKPASS ours or gone and SSH_AUTH_SOCK as asked for.</summary>
    internal static Dictionary<string, string> Environment(
        string? askPassProgram, string questionSocket, string? authenticationSocket)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        environment.Remove("SSH_ASKPASS");
        environment.Remove("SSH_ASKPASS_REQUIRE");
        environment.Remove(AskPassClient.EnvironmentVariable);
        if (askPassProgram is not null)
        {
            environment["SSH_ASKPASS"] = askPassProgram;
            environment["SSH_ASKPASS_REQUIRE"] = "force";
            environment[AskPassClient.EnvironmentVariable] = questionSocket;
        }

        if (authenticationSocket is { Length: > 0 })
        {
            environment["SSH_AUTH_SOCK"] = authenticationSocket;
        }
        else if (authenticationSocket is not null)
        {
            environment.Remove("SSH_AUTH_SOCK");
        }

        return environment;
    }
}
