using Fireball.Ssh;

namespace Fireball.Controller;

/// <summary>The agent's executable on this machine, read once for all connections.</summary>
internal static class AgentFile
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Task<AgentImage>> Loaded = [];

    /// <summary>The image of an executable.</summary>
    /// <param name="path">The executable; null: where <see cref="AgentImageFinder"/> finds it.</param>
    /// <param name="executable">Its name, where it has to be found.</param>
    /// <exception cref="SshException">Phase upload: there is none, or it cannot be read.</exception>
    public static async Task<AgentImage> LoadAsync(string? path, string executable)
    {
        try
        {
            path ??= AgentImageFinder.Find(executable);
            Task<AgentImage>? loading;
            lock (Gate)
            {
                if (!Loaded.TryGetValue(path, out loading) || loading.IsFaulted)
                {
                    loading = Task.Run(() => AgentImage.Load(path));
                    Loaded[path] = loading;
                }
            }

            return await loading.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SshException(SshPhase.Upload, failure.Message, failure);
        }
    }
}
