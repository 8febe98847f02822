using Renci.SshNet;

namespace Fireball.Ssh.SshNet;

/// <summary>A password (RFC 4252, 8) that is asked for only when its turn comes, and again where it was wrong.</summary>
internal sealed class PasswordMethod(string user, string host, int prompts, Questions questions) : AuthenticationMethod(user)
{
    /// <inheritdoc/>
    public override string Name => "password";

    /// <inheritdoc/>
    public override AuthenticationResult Authenticate(Session session)
    {
        var result = AuthenticationResult.Failure;
        for (int i = 0; i < prompts && result == AuthenticationResult.Failure; i++)
        {
            string again = i == 0 ? "" : "Permission denied, please try again.\n";
            using var method = new PasswordAuthenticationMethod(
                Username, questions.AskSecret($"{again}{Username}@{host}'s password: "));
            result = method.Authenticate(session);
            AllowedAuthentications = method.AllowedAuthentications;
        }

        return result;
    }
}
