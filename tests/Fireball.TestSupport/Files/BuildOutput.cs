namespace Fireball.TestSupport;

/// <summary>What the build of the running tests has made of the other projects.</summary>
public static class BuildOutput
{
    /// <summary>
    /// The executable of a project of src, as compiled just in time, with all that its own framework does not bring beside it:
    /// the copy beside a test assembly lacks what the test's framework has.
    /// </summary>
    /// <param name="project">"Fireball.Agent".</param>
    /// <param name="name">"fireball-agent".</param>
    public static string Executable(string project, string name)
    {
        // "Release/net10.0/".
        string build = AppContext.BaseDirectory.Split("/bin/")[^1];
        return Path.Combine(Repository.Root!, $"src/{project}/bin/{build}linux-x64/{name}");
    }
}
