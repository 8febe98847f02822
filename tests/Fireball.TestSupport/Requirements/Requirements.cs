using Fireball.Linux;

namespace Fireball.TestSupport;

/// <summary>
/// What a test needs of the machine: "root"; "agent", "agent-grpc" or "programs", see <see cref="BuiltAgent"/>; an absolute path; or the
/// name of a program in PATH or the system's directories.
/// </summary>
public static class Requirements
{
    private static readonly string[] SystemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>Null: all are there; otherwise one line that says what is missing.</summary>
    public static string? Missing(IEnumerable<string> requirements)
    {
        var missing = requirements.Where(name => !IsThere(name)).Select(name => name is "agent" or "agent-grpc" ? "a built agent (tools/build)" : name == "programs" ? "the built programs (tools/build)" : name).ToList();
        return missing.Count == 0 ? null : $"needs {string.Join(" and ", missing)}, not had here";
    }

    /// <summary>The path of a program, or null.</summary>
    public static string? Find(string program) =>
        ProgramPath.Candidates(program)
            .Concat(SystemDirectories.Select(directory => Path.Combine(directory, program)))
            .FirstOrDefault(File.Exists);

    private static bool IsThere(string name) => name switch
    {
        "root" => Environment.IsPrivilegedProcess,
        "agent" => BuiltAgent.Path is not null,
        "agent-grpc" => BuiltAgent.PathOf("fireball-agent-grpc") is not null,
        "programs" => BuiltAgent.Programs is not null,
        ['/', ..] => File.Exists(name),
        _ => Find(name) is not null,
    };
}
