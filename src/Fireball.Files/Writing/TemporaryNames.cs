using System.Globalization;
using System.Text;

namespace Fireball.Files;

// The names of one copy's temporaries: .fireball-TOKEN-N.part, each directory noted in the journal before its first.
internal sealed class TemporaryNames(TemporaryJournal? journal, bool unnamed)
{
    private readonly byte[] _token = TemporaryJournal.NewToken();
    private byte[]? _noted;
    private int _count;

    // Files without a name need /proc to get one.
    public bool UseUnnamed { get; set; } = unnamed && Directory.Exists("/proc/self/fd");

    /// <summary>A new name in the directory that has this path now.</summary>
    public byte[] Next(byte[] directoryPath)
    {
        if (journal is not null && !ReferenceEquals(directoryPath, _noted))
        {
            journal.Enter(_token, directoryPath);
            _noted = directoryPath;
        }

        string number = (_count++).ToString(CultureInfo.InvariantCulture);
        return [.. TemporaryJournal.Prefix(_token), .. Encoding.ASCII.GetBytes(number), .. ".part"u8];
    }

    public void Leave()
    {
        if (_noted is not null)
        {
            journal?.Leave(_token);
        }
    }
}
