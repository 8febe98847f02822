using Fireball.TestSupport;

namespace Fireball.Cli.Tests;

public sealed class ArchitectureTests
{
    [RequiresFact("/usr/bin/python3")]
    public async Task The_page_is_what_the_project_files_say_and_no_reference_goes_the_wrong_way()
    {
        var check = await Command.RunAsync("/usr/bin/python3", [Path.Combine(Repository.Root!, "tools", "architecture"), "--check"]);
        Assert.True(check.ExitCode == 0, check.Error);
    }
}
