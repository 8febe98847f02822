using Fireball.Posix;

namespace Fireball.Cli;

/// <summary>
/// "fireball serve ..." is the program fireball-serve, which lies beside this one: the part that is a web server, and too
/// large for a command that lives for milliseconds.
/// </summary>
internal static class ServeProgram
{
    private const string Name = "fireball-serve";

    /// <summary>The program's file.</summary>
    public static string FilePath { get; } = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath!)!, Name);

    /// <summary>Whether a command line is for it: "serve ...", "help serve".</summary>
    public static bool IsMeant(IReadOnlyList<string> arguments) => arguments is ["serve", ..] or ["help", "serve", ..];

    /// <summary>Becomes it. Nothing else may have been started in this process.</summary>
    /// <exception cref="IOException">It cannot be executed.</exception>
    public static void Become(IReadOnlyList<string> arguments)
    {
        string[] own = arguments[0] == "help" ? ["--help"] : [.. arguments.Skip(1)];
        try
        {
            ProcessImage.Replace(FilePath, [Name, .. own]);
        }
        catch (PosixException failure)
        {
            throw new IOException($"serve: {failure.Message}; {Name} has to lie beside fireball", failure);
        }
    }
}
