namespace Fireball.Controller;

// Adds up and tells.
internal sealed class ProgressMeter(IProgress<CopyProgress>? progress, long? total)
{
    private long _files;
    private long _bytes;

    public long? Total { get; set; } = total;

    public void Add(int files, long bytes)
    {
        _files += files;
        _bytes += bytes;
        progress?.Report(new CopyProgress(_files, _bytes, Total));
    }
}
