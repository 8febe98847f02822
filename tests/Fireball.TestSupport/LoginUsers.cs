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

    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static readonly Dictionary<string, LoginUser> ByKey = new(StringComparer.Ordinal);

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
        if (ByKey.Count == 0)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => DeleteAll();
            foreach (var name in Leftovers())
            {
                await DeleteAsync(name);
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

    private static IEnumerable<string> Leftovers() =>
        from line in File.ReadLines("/etc/passwd")
        let name = line.Split(':')[0]
        where name.StartsWith(Prefix, StringComparison.Ordinal)
        let owner = name[Prefix.Length..].Split('x')
        where owner.Length == 2 && int.TryParse(owner[0], CultureInfo.InvariantCulture, out var pid) && !IsAlive(pid)
        select name;

    private static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}");

    private static void DeleteAll()
    {
        foreach (var user in ByKey.Values)
        {
            DeleteAsync(user.Name).GetAwaiter().GetResult();
        }
    }

    private static async Task DeleteAsync(string name)
    {
        var id = await Command.RunAsync("id", ["-u", name]);
        if (id.ExitCode != 0)
        {
            return;
        }

        string uid = id.Output.Trim();
        KillProcesses(uint.Parse(uid, CultureInfo.InvariantCulture));

        // What the killed processes could not remove themselves.
        await Command.RunAsync("find", ["/tmp", "/dev/shm", "-maxdepth", "1", "-uid", uid, "-exec", "rm", "-rf", "{}", "+"]);
        await Command.RunAsync("userdel", ["--force", "--remove", name]);
    }

    // The user exists for this run only, so every process of its uid was started by it.
    private static void KillProcesses(uint uid)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (UidOf(process.Id) == uid)
                {
                    process.Kill();
                }
            }
        }
    }

    private static uint? UidOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal));
            return uint.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
