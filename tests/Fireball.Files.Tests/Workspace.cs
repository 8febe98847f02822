using Fireball.TestSupport;

namespace Fireball.Files.Tests;

/// <summary>A temporary directory for anything: names that are not text and links that lead upwards included.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly TemporaryDirectory _directory = new("fbfiles");

    public string Path => _directory.Path;

    public string this[string name] => _directory[name];

    public void Dispose()
    {
        Tree.Run("chmod", "-R", "u+rwx", Path);
        Tree.Run("rm", "-rf", Path);
        _directory.Dispose();
    }
}
