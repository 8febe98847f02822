namespace Fireball.Deploy;

/// <summary>
/// In what order the words of <see cref="BootstrapScript"/> can come, and how often. A host that says them otherwise is none of
/// ours: it would have us upload for ever, or remember what it says for ever.
/// </summary>
internal sealed class BootstrapOrder
{
    /// <summary>
    /// How often a word can come at most. The script has five candidate directories; in each it may find an agent that does not
    /// start, and then upload one that does not either.
    /// </summary>
    private const int MaxTimes = 10;

    private readonly Dictionary<string, int> _times = new(StringComparer.Ordinal);
    private string _last = "";

    /// <summary>Takes a word; false: it cannot come here, or has come too often.</summary>
    internal bool TryTake(string word)
    {
        bool comes = word switch
        {
            "platform" => _last.Length == 0,
            "no" => _last is "" or "no" or "need" or "start" or "contract",
            "need" or "none" => _last is "" or "no" or "start" or "contract",
            "installed" => _last == "need",
            "start" => _last is "" or "no" or "installed" or "contract",
            "contract" or "failed" or "ready" => _last == "start",
            _ => false,
        };
        if (!comes || _times.GetValueOrDefault(word) == MaxTimes)
        {
            return false;
        }

        _times[word] = _times.GetValueOrDefault(word) + 1;
        _last = word;
        return true;
    }
}
