using Renci.SshNet;

namespace Fireball.Ssh.SshNet;

/// <summary>Keyboard-interactive (RFC 4256): the host's questions go to the prompter, as often as it puts them.</summary>
internal sealed class InteractiveMethod(string user, int prompts, Questions questions) : AuthenticationMethod(user)
{
    /// <inheritdoc/>
    public override string Name => "keyboard-interactive";

    /// <inheritdoc/>
    public override AuthenticationResult Authenticate(Session session)
    {
        var result = AuthenticationResult.Failure;
        bool wasAsked = true;
        for (int i = 0; i < prompts && result == AuthenticationResult.Failure && wasAsked; i++)
        {
            wasAsked = false;
            using var method = new KeyboardInteractiveAuthenticationMethod(Username);
            method.AuthenticationPrompt += (_, e) =>
            {
                foreach (var prompt in e.Prompts)
                {
                    wasAsked = true;
                    string instruction = e.Instruction is { Length: > 0 } text ? text + "\n" : "";
                    prompt.Response = questions.AskSecret($"({Username}) {instruction}{prompt.Request}");
                }
            };
            result = method.Authenticate(session);
            AllowedAuthentications = method.AllowedAuthentications;
        }

        return result;
    }
}
