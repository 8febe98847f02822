namespace Fireball.Linux;

/// <summary>Where a program of this machine may be, by this process's PATH.</summary>
public static class ProgramPath
{
    /// <summary>The paths that a name stands for, in PATH's order, whether there is a file or not.</summary>
    public static IEnumerable<string> Candidates(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name));
}
