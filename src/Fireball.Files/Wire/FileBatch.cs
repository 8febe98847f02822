using Fireball.V1;

namespace Fireball.Files;

/// <summary>
/// What goes into one message of a copy. The records' data lies in a buffer that <see cref="Dispose"/> gives back:
/// dispose it when the message has been encoded (when the stream's WriteAsync has returned), and do not keep records.
/// </summary>
public sealed class FileBatch : IDisposable
{
    private readonly BufferPool _pool;
    private byte[]? _buffer;

    internal FileBatch(BufferPool pool)
    {
        _pool = pool;
        _buffer = pool.Rent();
    }

    /// <summary>In the order of the walk.</summary>
    public IReadOnlyList<FileRecord> Records => RecordList;

    /// <summary>What could not be read, before or between the records.</summary>
    public IReadOnlyList<FileFailure> Failures => FailureList;

    /// <summary>Bytes of file data in the records.</summary>
    public int DataBytes { get; internal set; }

    /// <summary>Files whose last record is in here.</summary>
    public int FilesEnded { get; internal set; }

    internal List<FileRecord> RecordList { get; } = [];

    internal List<FileFailure> FailureList { get; } = [];

    internal int MetadataBytes { get; set; }

    internal byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(FileBatch));

    internal bool IsEmpty => Records.Count == 0 && Failures.Count == 0;

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _pool.Return(buffer);
        }
    }
}
