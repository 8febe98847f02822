using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>The examples in tools/examples, run as their first lines say, against the published programs and a real sshd.</summary>
public sealed class ExampleTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [EndToEndFact("/usr/lib/python3/dist-packages/grpc/__init__.py", "protoc", "grpc_python_plugin")]
    public async Task Python() => await CheckAsync(
        "python",
        """
        protoc -I ../../../proto --python_out=. --grpc_python_out=. ../../../proto/fireball/v1/*.proto \
            --plugin=protoc-gen-grpc_python=$(command -v grpc_python_plugin)
        """,
        "/usr/bin/python3 fireball_client.py");

    [EndToEndFact("node", "npm")]
    public async Task Node() => await CheckAsync(
        "node", "npm ci --ignore-scripts --no-audit --no-fund >&2", "node fireball_client.js");

    [EndToEndFact]
    public async Task Dotnet() => await CheckAsync(
        "dotnet", "", $"dotnet {Path.Combine(Repository.Root!, "tools/examples/dotnet/bin", AppContext.BaseDirectory.Split("/bin/")[^1], "fireball-example.dll")}");

    private async Task CheckAsync(string example, string prepare, string program)
    {
        await using ServingBed bed = await ServingBed.StartAsync(fixture);
        string said = await bed.RunExampleAsync(example, $"{prepare}\n{program} -F {bed.Config} t1 t2 t3");
        string[] lines = said.TrimEnd().Split('\n');

        Assert.StartsWith("connected t1 by forward, agent ", lines[0], StringComparison.Ordinal);
        Assert.Equal(["remote: one", "remote: two", "exit status 0", "put 600000 bytes", "got the same"], lines[1..6]);
        Assert.Equal(["t1: 42", "t2: 42", "t3: 42"], lines[6..9].Order(StringComparer.Ordinal));
        Assert.Equal(
            ["sleep: cancelled", "sleep: deadlineexceeded"],
            lines[9..].Select(line => line.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant()));
        await Until.TrueAsync(() => !Processes.All().Any(IsOurSleep), "the commands that were given up are gone");
    }

    private bool IsOurSleep(Processes.Entry process) =>
        process.CommandLine.StartsWith("sleep 60", StringComparison.Ordinal)
        && Processes.EnvironmentOf(process.Pid).Contains($"HOME={fixture.Server.User.Home}", StringComparison.Ordinal);
}
