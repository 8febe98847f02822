using Fireball.TestSupport;

namespace Fireball.Ssh.SshNet.Tests;

/// <summary>The public part of a locked key, as ssh-keygen writes both.</summary>
public sealed class PublicKeyFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory("ssh-keygen")]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task It_stands_in_the_file_itself(string type)
    {
        await Command.CheckAsync("ssh-keygen", "-q", "-t", type, "-N", "open sesame", "-f", _directory["k"]);
        byte[] expected = Convert.FromBase64String((await File.ReadAllTextAsync(_directory["k.pub"])).Split(' ')[1]);
        Assert.Equal(expected, PublicKeyFile.Find(_directory["k.pub"]));
        File.Delete(_directory["k.pub"]);
        Assert.Equal(expected, PublicKeyFile.Find(_directory["k"]));
    }

    [RequiresFact("ssh-keygen")]
    public async Task Of_another_format_it_is_the_file_beside()
    {
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "open sesame", "-f", _directory["k"]);
        Assert.NotNull(PublicKeyFile.Find(_directory["k"]));
        File.Delete(_directory["k.pub"]);
        Assert.Null(PublicKeyFile.Find(_directory["k"]));
    }

    [RequiresFact("ssh-keygen")]
    public async Task A_file_cut_off_anywhere_has_none()
    {
        await Command.CheckAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _directory["k"]);
        string text = await File.ReadAllTextAsync(_directory["k"]);
        const string End = "-----END OPENSSH PRIVATE KEY-----";
        string body = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..text.IndexOf(End, StringComparison.Ordinal)].ReplaceLineEndings("");

        // The public key ends within the first 120 bytes; before that nothing may come of it, and no exception either.
        for (int length = 0; length < 80; length += 4)
        {
            Assert.Null(PublicKeyFile.OfPrivateKey($"-----BEGIN OPENSSH PRIVATE KEY-----\n{body[..length]}\n{End}\n"));
        }
    }
}
