using System.CommandLine;
using System.CommandLine.Help;

namespace Fireball.Serve;

/// <summary>The command line of "fireball serve" in front.</summary>
/// <param name="Socket">--socket, as an absolute path; null: the usual place.</param>
/// <param name="Tcp">--listen and what belongs to it; null: the socket only.</param>
internal sealed record ServeArguments(string? Socket, TcpOptions? Tcp)
{
    /// <summary>Said by the fireball command alone, as the only argument: detach, say "ready" and go on.</summary>
    public const string Background = "--background";

    // Columns of help: what fits every terminal and reads well.
    private const int HelpWidth = 100;

    /// <summary>Parses; the result explains what is wrong or asked for (--help), or runs.</summary>
    public static ParseResult Parse(string[] arguments, Func<ServeArguments, Task<int>> run)
    {
        var socket = new Option<string?>("--socket")
        {
            Description = "The Unix-domain socket (default: $XDG_RUNTIME_DIR/fireball/grpc.sock, or /tmp/fireball-serve-UID/grpc.sock)",
            HelpName = "PATH",
        };
        var tcp = new TcpArguments();
        var root = new RootCommand(
            "Offers fireball.v1.ControllerService as gRPC on a Unix-domain socket, for programs of this user in any language, and holds "
            + "connections for this user's commands, until Ctrl-C. Commands start one by themselves in the background, which "
            + "has the socket too, and ends a minute after the last host's --persist time.")
        {
            socket,
        };
        foreach (Option option in tcp.Options)
        {
            root.Options.Add(option);
        }

        root.Validators.Add(tcp.Validate);
        root.SetAction((result, _) => run(new ServeArguments(
            result.GetValue(socket) is { } path ? Path.GetFullPath(path) : null, tcp.Read(result))));
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            ((HelpAction)help.Action!).MaxWidth = HelpWidth;
        }

        return root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
    }
}
