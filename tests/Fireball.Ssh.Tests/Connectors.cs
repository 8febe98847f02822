using Fireball.Ssh.SshNet;

namespace Fireball.Ssh.Tests;

/// <summary>The implementations. What holds for all is tested with each.</summary>
public static class Connectors
{
    public const string OpenSsh = "openssh";
    public const string SshNet = "sshnet";

    private static readonly string[] Names = [OpenSsh, SshNet];

    public static TheoryData<string> All => new(Names);

    /// <summary>Each with each of these.</summary>
    public static TheoryData<string, T> With<T>(params T[] values)
    {
        var data = new TheoryData<string, T>();
        foreach (string name in Names)
        {
            foreach (var value in values)
            {
                data.Add(name, value);
            }
        }

        return data;
    }

    internal static ISshConnector Get(string name) => name == SshNet ? new SshNetConnector() : new OpenSshConnector();
}
