using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>Where the fireball command is, and fireball-serve, which has to lie beside it.</summary>
internal static class CommandFinder
{
    private const string Name = "fireball";

    /// <summary>The command beside this program, or else in PATH; links are followed, as it does itself to find what is beside it.</summary>
    /// <exception cref="WorkFailedException">It is in neither place.</exception>
    public static string Find()
    {
        string found = ProgramPath.Candidates(Name).Prepend(Path.Combine(AppContext.BaseDirectory, Name)).FirstOrDefault(File.Exists)
            ?? throw new WorkFailedException($"there is no {Name} in {AppContext.BaseDirectory} or in PATH; tools/build makes it");
        return File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(found);
    }

    /// <summary>fireball-serve of a command.</summary>
    /// <exception cref="WorkFailedException">It is not there.</exception>
    public static string ServeBeside(string command)
    {
        string serve = command + "-serve";
        return File.Exists(serve) ? serve : throw new WorkFailedException($"there is no {serve}, which has to lie beside {command}");
    }
}
