using Fireball.Linux;
using Fireball.V1;

namespace Fireball.Files;

/// <content>The content of a file, record by record.</content>
public sealed partial class TreeWriter
{
    private void BeginFile(FileEntry entry, int directory, ReadOnlySpan<byte> name, byte[] directoryPath, bool small)
    {
        _entry = entry;
        // A large file is not transferred only to find that it has no place.
        int result = small ? 0 : PendingFile.Replaceable(directory, name);
        if (result >= 0)
        {
            result = _file.Open(directory, name, directoryPath);
        }

        if (result < 0)
        {
            SkipRest(result, "create");
        }
    }

    private void Data(FileRecord record)
    {
        if (_entry is null)
        {
            throw new InvalidDataException("Data for something that is not a file.");
        }

        _position = RecordValidator.Advance(record, _position);
        if (!_skipping)
        {
            int result = _file.Write((long)record.Offset, record.Data.Span);
            if (result < 0)
            {
                SkipRest(result, "write");
            }
        }
    }

    private void End(FileEnd end)
    {
        if (_entry is not { } entry)
        {
            throw new InvalidDataException("An end without a file.");
        }

        _entry = null;
        if (_skipping)
        {
            return;
        }

        if (end.Error.Length > 0)
        {
            _file.Drop();
            Fail(entry.Path.Span, 0, "source: " + TerminalText.Escape(end.Error));
            return;
        }

        if (end.Size < (ulong)_position || end.Size > long.MaxValue)
        {
            _file.Drop();
            throw new InvalidDataException("A file's length is less than its data.");
        }

        if (!_file.Matches(end.Hash.Span))
        {
            _file.Drop();
            Fail(entry.Path.Span, 0, "the content's hash differs from the source's; the old file was kept");
            return;
        }

        bool single = entry.Path.IsEmpty;
        int directory = single ? _root.Parent : _stack.Top;
        int result = _file.Commit(entry, (long)end.Size, alone: single, out string step);
        if (result >= 0 && single && _options.Sync)
        {
            // The name, too, is on the disk when success is told.
            result = PosixFile.Sync(directory);
            step = "sync";
        }

        if (result < 0)
        {
            Fail(entry.Path.Span, result, step);
            return;
        }

        _summary.Files++;
        _summary.Bytes += (ulong)_file.Bytes;
    }

    private void SkipRest(int result, string step)
    {
        _file.Drop();
        _skipping = true;
        Fail(_entry!.Path.Span, result, step);
    }
}
