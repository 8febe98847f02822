using System.CommandLine;
using System.Globalization;
using Fireball.Controller;
using Fireball.Programs;

namespace Fireball.Cli;

/// <summary>exec: runs a command.</summary>
internal sealed class ExecVerb : Verb
{
    private readonly Argument<string> _host = new("HOST") { Description = "As ssh takes it: web1, user@web1, ssh://user@web1:2222" };

    private readonly Argument<string[]> _words = new("COMMAND")
    {
        Description = "Program and arguments, run without a shell; everything from the first word on belongs to it",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _shell = new("--sh")
    {
        Description = "Run this line with /bin/sh -c instead",
        HelpName = "LINE",
    };

    private readonly Option<string?> _directory = new("--cwd")
    {
        Description = "Where to run it (default: the home directory)",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _environment = new("--env", "-e")
    {
        Description = "Set an environment variable; a name alone removes it; may be given more than once",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _umask = new("--umask") { Description = "File mode creation mask, octal", HelpName = "MASK" };

    private readonly Option<string?> _timeout = new("--timeout")
    {
        Description = "Kill it after so long: 90s, 10m (TERM, and KILL 5 seconds later)",
        HelpName = "TIME",
    };

    private readonly Option<bool> _noInput = new("--no-stdin", "-n") { Description = "Give it no standard input (/dev/null)" };

    private readonly Option<bool> _detach = new("--detach")
    {
        Description = "What it leaves running when it exits is left alone",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Collect everything and print one JSON object: exit_code, signal, stdout, stderr, usage",
    };

    private readonly ConnectionOptions _connection;

    public ExecVerb()
        : base("exec", "Run a command on a host")
    {
        Command.Add(_host);
        Command.Add(_words);
        Command.Add(_shell);
        Command.Add(_directory);
        Command.Add(_environment);
        Command.Add(_umask);
        Command.Add(_timeout);
        Command.Add(_noInput);
        Command.Add(_detach);
        Command.Add(_json);
        _connection = new ConnectionOptions().AddTo(Command);
    }

    public override bool RunsCommand => true;

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
    [
        ("fireball exec web1 -- uname -a", "the words are the program's arguments, exactly; no shell sees them"),
        ("fireball exec web1 --sh 'cd /tmp && ls | wc -l'", "a line for the host's /bin/sh"),
        ("echo hi | fireball exec web1 -- cat", "standard input, output and error stream, byte for byte"),
        ("fireball exec --timeout 30s --env LANG=C root@web1 -- apt-get update", "options stand before the command"),
        ("fireball exec -- \"$host\" uname -a", InScripts),
    ];

    public override string Notes =>
        """
        Exit status: the command's own; 128 + N where signal N ended it; 127 not found, 126 not executable;
        255 where Fireball itself failed, with one line on standard error. Ctrl-C ends the command's whole process group
        (TERM, and KILL 5 seconds later); the exit status is then 130.
        """;

    public override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        HostChoice choice = _connection.Read(result, result.GetRequiredValue(_host));
        ExecCommand command = ReadCommand(result);
        bool noInput = result.GetValue(_noInput);
        return result.GetValue(_json)
            ? ExecReport.RunAsync(choice, command, noInput)
            : ForegroundExec.RunAsync(choice, command, noInput);
    }

    private ExecCommand ReadCommand(ParseResult result)
    {
        string[] words = result.GetValue(_words) ?? [];
        string? shell = result.GetValue(_shell);
        if (shell is null && words.Length == 0)
        {
            throw new UsageException("exec: no command; give one after HOST, or --sh LINE");
        }

        if (shell is not null && words.Length > 0)
        {
            throw new UsageException("exec: give a command or --sh LINE, not both");
        }

        TimeSpan timeout = TimeSpan.Zero;
        string? timeoutText = result.GetValue(_timeout);
        if (timeoutText is not null && (!Duration.TryParse(timeoutText, out timeout) || timeout == TimeSpan.Zero))
        {
            throw new UsageException($"--timeout {timeoutText}: not a time, such as 30s or 10m");
        }

        return new ExecCommand
        {
            Arguments = words,
            Shell = shell,
            Environment = [.. (result.GetValue(_environment) ?? []).Select(ReadVariable)],
            WorkingDirectory = result.GetValue(_directory),
            Umask = ReadUmask(result.GetValue(_umask)),
            Timeout = timeout,
            Detach = result.GetValue(_detach),
        };
    }

    private static KeyValuePair<string, string?> ReadVariable(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals == 0 || text.Length == 0)
        {
            throw new UsageException($"--env {text}: not NAME=VALUE");
        }

        return equals < 0 ? new(text, null) : new(text[..equals], text[(equals + 1)..]);
    }

    private static int? ReadUmask(string? text)
    {
        if (text is null)
        {
            return null;
        }

        int mask = 0;
        foreach (char c in text)
        {
            mask = c is >= '0' and <= '7' && mask <= 0x1FF ? (mask << 3) + (c - '0') : int.MaxValue >> 4;
        }

        return text.Length > 0 && mask <= 0x1FF
            ? mask
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--umask {text}: not an octal number up to 777"));
    }
}
