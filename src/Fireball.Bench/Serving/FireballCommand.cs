using Fireball.Bench.Work;

namespace Fireball.Bench.Serving;

/// <summary>Where the fireball command is, and fireball-serve, which has to lie beside it.</summary>
internal static class FireballCommand
{
    private const string Name = "fireball";

    /// <summary>The command beside this program, or else in PATH; links are followed, as it does itself to find what is beside it.</summary>
    /// <exception cref="WorkFailedException">It is in neither place.</exception>
    public static string Find()
    {
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        string found = path.Prepend(AppContext.BaseDirectory).Select(directory => Path.Combine(directory, Name)).FirstOrDefault(File.Exists)
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
