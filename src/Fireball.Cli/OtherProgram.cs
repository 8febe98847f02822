using Fireball.Linux;

namespace Fireball.Cli;

/// <summary>
/// A verb that is a program of its own, which lies beside this one: "fireball serve ..." is fireball-serve, "fireball bench ..."
/// is fireball-bench. They are too large for a command that lives for milliseconds.
/// </summary>
/// <param name="verb">The verb's name.</param>
internal sealed class OtherProgram(string verb)
{
    /// <summary>The part that is a web server, and holds connections.</summary>
    public static readonly OtherProgram Serve = new("serve");

    /// <summary>The benchmark of transports.</summary>
    public static readonly OtherProgram Bench = new("bench");

    private static readonly OtherProgram[] All = [Serve, Bench];

    /// <summary>The program's file.</summary>
    public string FilePath => Path.Combine(Path.GetDirectoryName(Environment.ProcessPath!)!, Name);

    private string Name { get; } = $"fireball-{verb}";

    private string Verb { get; } = verb;

    /// <summary>Whom a command line is for, "serve ..." or "help serve"; null: this program itself.</summary>
    public static OtherProgram? MeantBy(IReadOnlyList<string> arguments)
    {
        string? word = arguments is ["help", _, ..] ? arguments[1] : arguments.Count > 0 ? arguments[0] : null;
        foreach (OtherProgram program in All)
        {
            if (program.Verb == word)
            {
                return program;
            }
        }

        return null;
    }

    /// <summary>Becomes it. Nothing else may have been started in this process.</summary>
    /// <exception cref="IOException">It cannot be executed.</exception>
    public void Become(IReadOnlyList<string> arguments)
    {
        string[] own = arguments[0] == "help" ? ["--help"] : [.. arguments.Skip(1)];
        try
        {
            ProcessImage.Replace(FilePath, [Name, .. own]);
        }
        catch (PosixException failure)
        {
            throw new IOException($"{Verb}: {failure.Message}; {Name} has to lie beside fireball", failure);
        }
    }
}
