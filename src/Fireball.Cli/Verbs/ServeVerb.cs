using System.CommandLine;
using Fireball.Cli.CommandLine;
using Fireball.Cli.Terminal;
using Fireball.Controller;
using Fireball.Posix;
using Fireball.Serve;

namespace Fireball.Cli.Verbs;

/// <summary>serve: the process that holds the connections.</summary>
internal sealed class ServeVerb : Verb
{
    private readonly Option<bool> _background = new("--background")
    {
        Description = "Say \"ready\", detach from the terminal and go on in the background",
    };

    public ServeVerb()
        : base("serve", "Hold connections for this user's commands; started by itself on first use") => Command.Add(_background);

    public override IReadOnlyList<(string Command, string Meaning)> Examples =>
        [("fireball serve", "hold them in front, with remarks on standard error, until Ctrl-C")];

    public override string Notes =>
        """
        Listens on a socket in $XDG_RUNTIME_DIR/fireball (or /tmp/fireball-serve-UID), for this user alone. Ends by itself
        a minute after the last host's --persist time.
        """;

    public override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        bool background = result.GetValue(_background);
        if (background)
        {
            Daemon.Detach();
        }

        using var interruption = new Interruption();
        var options = new ServeOptions
        {
            Paths = Background.Paths(),
            Hosts = new FireballOptions { AskPassProgram = Environment.ProcessPath },
            Log = background ? null : line => Report.Line($"fireball: serve: {line}"),
        };
        await using ServeProcess? serve = ServeProcess.TryStart(options);
        if (serve is null)
        {
            Report.Failure($"serve: another one listens at {options.Paths.Socket} already");
            return ExitStatus.Failure;
        }

        if (background)
        {
            _ = LocalDescriptor.WriteAll(1, "ready\n"u8);
            Daemon.CloseStandardStreams();
        }

        await serve.RunAsync(interruption.Token);
        return ExitStatus.Success;
    }
}
