using System.Diagnostics;
using System.Globalization;

namespace Fireball.TestSupport;

/// <summary>
/// Throw-away login users of this test run, made on first use when running as root and deleted when the process ends.
/// Their names hold the pid of the run ("fbt" pid "x" number), so that the next run deletes what a killed one left.
/// </summary>
public static class LoginUsers
{
    private const string Prefix = "fbt";

    // $1: what the users' names begin with. They exist for one run only, so every process and file of theirs is its.
    private const string DeleteUsers =
        """
        for user in $(grep -o "^$1[0-9]*" /etc/passwd); do
          for process in $(find /proc -maxdepth 1 -user "$user" -name "[0-9]*"); do kill -KILL "${process#/proc/}"; done
          find /tmp /dev/shm -maxdepth 1 -user "$user" -exec rm -rf {} +
          userdel --force --remove "$user"
        done 2>/dev/null; true
        """;

    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static readonly Dictionary<string, LoginUser> ByKey = new(StringComparer.Ordinal);
    private static Process? _reaper;

    /// <summary>
    /// The user with this login shell (a path); the same for every test of the run that asks with the same
    /// <paramref name="key"/>. Without root: the current user, whatever the shell.
    /// </summary>
    public static async Task<LoginUser> GetAsync(string shell = "/bin/bash", string key = "")
    {
        await Gate.WaitAsync();
        try
        {
            if (!ByKey.TryGetValue(shell + " " + key, out var user))
            {
                user = Environment.IsPrivilegedProcess ? await CreateAsync(shell) : await CurrentAsync();
                ByKey.Add(shell + " " + key, user);
            }

            return user;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<LoginUser> CurrentAsync() => new(
        Environment.UserName,
        uint.Parse((await Command.CheckAsync("id", "-u")).Trim(), CultureInfo.InvariantCulture),
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        Password: null);

    private static async Task<LoginUser> CreateAsync(string shell)
    {
        if (_reaper is null)
        {
            _reaper = StartReaper();
            foreach (string pid in OwnersOfLeftovers())
            {
                await Command.CheckAsync("sh", "-c", DeleteUsers, "sh", Prefix + pid + "x");
            }
        }

        var user = $"{Prefix}{Environment.ProcessId}x{ByKey.Count}";
        var password = Guid.NewGuid().ToString("N");

        // A crypt(3) hash, which sshd checks itself with UsePAM no; without one it takes the account for locked.
        var hash = (await Command.CheckAsync("openssl", "passwd", "-6", password)).Trim();
        await Command.CheckAsync("useradd", "--create-home", "--shell", shell, "--password", hash, user);
        var uid = uint.Parse((await Command.CheckAsync("id", "-u", user)).Trim(), CultureInfo.InvariantCulture);
        return new LoginUser(user, uid, "/home/" + user, password);
    }

    // A shell in a session of its own that deletes the users when its input ends: however this process does. The
    // runner gives a finished test process too little time to do it itself.
    private static Process StartReaper() => Process.Start(new ProcessStartInfo("setsid")
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        ArgumentList =
        {
            "sh", "-c", "exec >/dev/null 2>&1; cat; " + DeleteUsers, "sh", $"{Prefix}{Environment.ProcessId}x",
        },
    })!;

    private static List<string> OwnersOfLeftovers() =>
        (from line in File.ReadLines("/etc/passwd")
         let name = line.Split(':')[0]
         where name.StartsWith(Prefix, StringComparison.Ordinal)
         let pid = name[Prefix.Length..].Split('x')[0]
         where int.TryParse(pid, CultureInfo.InvariantCulture, out _) && !Directory.Exists("/proc/" + pid)
         select pid).Distinct(StringComparer.Ordinal).ToList();
}
