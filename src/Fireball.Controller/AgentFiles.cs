using Fireball.Deploy;

namespace Fireball.Controller;

/// <summary>The agents' executables on this machine, each read once for all connections.</summary>
internal static class AgentFiles
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Task<AgentImage>> Loaded = [];

    /// <summary>The agents of one name, for all platforms. What is not there is looked for again at the next call.</summary>
    /// <param name="directory">Where they are; null: where <see cref="AgentImageFinder"/> looks.</param>
    /// <param name="executable">Their name.</param>
    /// <exception cref="TunnelException">Phase upload: there is none, or none can be read.</exception>
    public static async Task<AgentImages> LoadAsync(string? directory, string executable)
    {
        // All are begun before the first is awaited.
        var loading = AgentPlatform.All.Select(platform => (platform, LoadAsync(directory, executable, platform))).ToList();
        var images = new Dictionary<AgentPlatform, AgentImage>();
        var problems = new Dictionary<AgentPlatform, string>();
        Exception? first = null;
        foreach ((AgentPlatform platform, Task<AgentImage> image) in loading)
        {
            try
            {
                images[platform] = await image.ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                first ??= failure;
                problems[platform] = failure.Message;
            }
        }

        return images.Count > 0
            ? new AgentImages(images, problems)
            : throw new TunnelException(ConnectPhase.Upload, first!.Message, first);
    }

    private static async Task<AgentImage> LoadAsync(string? directory, string executable, AgentPlatform platform)
    {
        string path = AgentImageFinder.Find(executable, platform, directory);
        Task<AgentImage>? loading;
        lock (Gate)
        {
            if (!Loaded.TryGetValue(path, out loading) || loading.IsFaulted)
            {
                // A program that names a directory itself answers for what is in it.
                AgentManifest? manifest = directory is null ? AgentManifest.OfThisProgram : null;
                loading = Task.Run(() => manifest is null ? AgentImage.Load(path) : AgentImage.Load(path, platform, manifest));
                Loaded[path] = loading;
            }
        }

        return await loading.ConfigureAwait(false);
    }
}
