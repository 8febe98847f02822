using Fireball.Programs;
using Fireball.Serve.Client;

namespace Fireball.Cli;

/// <summary>The background process of this user and this build.</summary>
internal static class Background
{
    /// <summary>This program's version.</summary>
    public static string Version => BuildVersion.Text;

    public static ServePaths Paths() => ServePaths.ForUser(Version, OtherProgram.Serve.FilePath);

    public static ServeStarter Starter() => new(Paths(), OtherProgram.Serve.FilePath, ["--background"]);
}
