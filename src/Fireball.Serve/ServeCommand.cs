using System.CommandLine;
using System.CommandLine.Help;
using Fireball.Controller;
using Fireball.Linux;
using Fireball.Programs;

namespace Fireball.Serve;

/// <summary>From arguments to an exit status.</summary>
internal static class ServeCommand
{
    /// <summary>As the fireball command has it: everything that is ours.</summary>
    private const int Failure = 255;

    private static readonly LineLogger Logger = new("fireball: serve: ");

    public static async Task<int> RunAsync(string[] arguments)
    {
        Adapters.Register();
        try
        {
            // The fireball command waits for what it starts: no parser is built for that.
            return arguments is [ServeArguments.Background]
                ? await RunInBackgroundAsync()
                : await InvokeAsync(ServeArguments.Parse(arguments, RunInFrontAsync));
        }
        catch (IOException failure)
        {
            Logger.Write(failure.Message);
            return Failure;
        }
    }

    private static Task<int> InvokeAsync(ParseResult result)
    {
        if (result.Errors.Count > 0 && result.Action is not HelpAction)
        {
            Logger.Write($"{result.Errors[0].Message.TrimEnd('.')}; see 'fireball serve --help'");
            return Task.FromResult(Failure);
        }

        return result.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunInBackgroundAsync()
    {
        Daemon.Detach();
        using var interruption = new Interruption();
        ServePaths paths = Paths();
        await using ServeProcess serve = ServeProcess.TryStart(Options(paths, new GrpcOptions { Socket = paths.GrpcSocket }))
            ?? throw new IOException($"another one listens at {paths.Socket} already");
        _ = LocalDescriptor.WriteAll(1, "ready\n"u8);
        Daemon.CloseStandardStreams();
        await serve.RunAsync(interruption.Token);
        return 0;
    }

    private static async Task<int> RunInFrontAsync(ServeArguments arguments)
    {
        Daemon.KeepFilesPrivate();
        using var interruption = new Interruption();
        ServePaths paths = Paths();
        var grpc = new GrpcOptions { Socket = arguments.Socket ?? paths.GrpcSocket, Required = true };
        ServeOptions options = Options(paths, grpc) with
        {
            Tcp = arguments.Tcp,
            Idle = Timeout.InfiniteTimeSpan,
            Logger = Logger,
        };
        await using ServeProcess serve = ServeProcess.TryStart(options)
            ?? throw new IOException("the background process of this user runs already; end it with 'fireball stop' first");
        Task running = serve.RunAsync(interruption.Token);
        await serve.StartGrpcAsync(interruption.Token);
        string tcp = serve.TcpAddress is { } address ? $"listening on {address}\n" : "";
        _ = LocalDescriptor.WriteAll(1, System.Text.Encoding.UTF8.GetBytes($"{tcp}listening on unix://{grpc.Socket}\n"));
        await running;
        return 0;
    }

    private static ServePaths Paths() => ServePaths.ForUser(BuildVersion.Text, Environment.ProcessPath!);

    private static ServeOptions Options(ServePaths paths, GrpcOptions grpc) => new()
    {
        Paths = paths,
        Grpc = grpc,
        Hosts = new FireballOptions { AskPassProgram = Environment.ProcessPath },
    };
}
