using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Which agents a program sends: those that it was built with, from where no other user may change them.</summary>
public sealed class AgentImageTests : IDisposable
{
    private const string Name = "linux-x64/fireball-agent";
    private readonly TemporaryDirectory _agents = new();

    public AgentImageTests()
    {
        Directory.CreateDirectory(_agents["linux-x64"], (UnixFileMode)0b111_101_101);
        Write("an agent");
    }

    public void Dispose() => _agents.Dispose();

    [Fact]
    public void What_the_program_was_built_with_is_taken()
    {
        AgentImage image = AgentImage.Load(_agents[Name], AgentPlatform.LinuxX64, Manifest());
        Assert.Equal((Hash(Name), "an agent".Length), (image.Hash, image.Size));
        Assert.Equal(File.ReadAllBytes(_agents[Name + ".gz"]), image.Compressed);

        AgentManifest manifest = Manifest();
        File.Delete(_agents[Name + ".gz"]);
        image = AgentImage.Load(_agents[Name], AgentPlatform.LinuxX64, manifest);
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(image.Compressed.ToArray()), CompressionMode.Decompress));
        Assert.Equal("an agent", unpacked.ReadToEnd());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_agent_is_not_sent(bool compressed)
    {
        AgentManifest manifest = Manifest();
        Write("an enemy");
        if (!compressed)
        {
            File.Delete(_agents[Name + ".gz"]);
        }

        string path = _agents[Name] + (compressed ? ".gz" : "");
        Assert.Equal(
            path + " is not what this program was built with; build both with tools/build, or take the agents that came with it",
            Assert.Throws<IOException>(() => AgentImage.Load(_agents[Name], AgentPlatform.LinuxX64, manifest)).Message);
        Assert.StartsWith(
            _agents[Name] + ": this program was built without it",
            Assert.Throws<IOException>(() => AgentImage.Load(_agents[Name], AgentPlatform.LinuxArm64, manifest)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData(Name)]
    public void One_that_other_users_may_change_is_refused(string open)
    {
        Assert.Equal(_agents[Name], Find());
        File.SetUnixFileMode(_agents[open], (UnixFileMode)0b111_111_101);
        Assert.Equal(
            $"the agent {_agents[Name]} is not sent: other users may write to {_agents[open]}",
            Assert.Throws<UnauthorizedAccessException>(Find).Message);
    }

    [RequiresFact("root", "chown")]
    public async Task Another_users_is_refused()
    {
        await Command.CheckAsync("chown", "65534", _agents[Name]);
        Assert.Equal(
            $"the agent {_agents[Name]} is not sent: {_agents[Name]} belongs to user 65534",
            Assert.Throws<UnauthorizedAccessException>(Find).Message);
    }

    [Theory]
    [InlineData("0123")]
    [InlineData("g000000000000000000000000000000000000000000000000000000000000000  a")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000  ")]
    public void A_list_that_sha256sum_does_not_write_is_none(string text) => Assert.Throws<FormatException>(() => AgentManifest.Parse(text));

    private string Find() => AgentImageFinder.Find("fireball-agent", AgentPlatform.LinuxX64, _agents.Path);

    private void Write(string text)
    {
        _agents.Write(Name, text);
        using var gzip = new GZipStream(File.Create(_agents[Name + ".gz"]), CompressionLevel.SmallestSize);
        gzip.Write(Encoding.ASCII.GetBytes(text));
    }

    private AgentManifest Manifest() => AgentManifest.Parse($"{Hash(Name)}  {Name}\n{Hash(Name + ".gz")}  {Name}.gz\n");

    private string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_agents[name])));
}
