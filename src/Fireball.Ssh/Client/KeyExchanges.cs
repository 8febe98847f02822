using System.Collections.Concurrent;
using System.Text;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>
/// Which key exchanges the local ssh knows, since it refuses a configuration that names another. Learned once per program
/// and process; a later connect costs a look at the file's time. Thread-safe.
/// </summary>
internal static class KeyExchanges
{
    /// <summary>
    /// Post-quantum, and of those the cheapest by far: see docs/transports.md. OpenSSH has it from 9.9 on, and first from
    /// 10.0 on.
    /// </summary>
    internal const string MlKem = "mlkem768x25519-sha256";

    // More than all names together (some 500 bytes), bytes.
    private const int MaxOutput = 64 << 10;

    private static readonly ConcurrentDictionary<(string Path, DateTime Written, long Length), bool> Known = new();

    /// <summary>Whether <see cref="MlKem"/> can be asked for.</summary>
    /// <param name="program">The ssh program; a name is looked up in PATH.</param>
    /// <param name="environment">ssh's environment.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    internal static async Task<bool> HasMlKemAsync(
        string program, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        if (Find(program) is not { } file)
        {
            return false;
        }

        var key = (file.FullName, file.LastWriteTimeUtc, file.Length);
        if (!Known.TryGetValue(key, out bool known))
        {
            known = Mentions(file.FullName) && await SaysAsync(program, environment, cancellationToken).ConfigureAwait(false);
            Known[key] = known;
        }

        return known;
    }

    private static FileInfo? Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? Existing(program)
        : ProgramPath.Candidates(program).Select(Existing).FirstOrDefault(file => file is not null);

    private static FileInfo? Existing(string path) => new FileInfo(path) is { Exists: true } file ? file : null;

    // Of an older ssh nothing is asked, and of a program that only calls ssh neither: it need not know the question.
    private static bool Mentions(string path)
    {
        try
        {
            return File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(MlKem)) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A build without it may still mention it.
    private static async Task<bool> SaysAsync(
        string program, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        string output = await SshProcess.ReadAsync([program, "-Q", "kex"], environment, MaxOutput, cancellationToken).ConfigureAwait(false);
        return output.Split('\n').Contains(MlKem, StringComparer.Ordinal);
    }
}
