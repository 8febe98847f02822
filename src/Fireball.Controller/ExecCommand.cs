using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Controller;

/// <summary>
/// What to run. Strings are sent as UTF-8; bytes that are no UTF-8 travel in them as <see cref="PosixText"/> has it.
/// </summary>
public sealed record ExecCommand
{
    /// <summary>Program and arguments; empty with <see cref="Shell"/>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>A line for /bin/sh -c, instead of <see cref="Arguments"/>.</summary>
    public string? Shell { get; init; }

    /// <summary>Changes to the login user's environment, in order; a null value removes the variable.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Environment { get; init; } = [];

    /// <summary>Where to run; null: the home directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>File mode creation mask, 0 to 0777; null: the login session's.</summary>
    public int? Umask { get; init; }

    /// <summary>After so long the command is killed; zero: never.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>What is left of the command's session when it exits is left running.</summary>
    public bool Detach { get; init; }

    /// <summary>A command from program and arguments.</summary>
    public static ExecCommand Of(string program, params IEnumerable<string> arguments) =>
        new() { Arguments = [program, .. arguments] };

    /// <summary>A line for /bin/sh -c.</summary>
    public static ExecCommand OfShell(string line) => new() { Shell = line };

    /// <summary>
    /// An exec_id: 122 random bits from the kernel. Not by RandomNumberGenerator, which loads OpenSSL: milliseconds of a
    /// short command.
    /// </summary>
    internal static ByteString NewId() => UnsafeByteOperations.UnsafeWrap(Guid.NewGuid().ToByteArray());

    internal ExecStart ToStart(bool standardInput)
    {
        var start = new ExecStart
        {
            ExecId = NewId(),
            AttachStdin = standardInput,
            Detach = Detach,
            Timeout = Timeout > TimeSpan.Zero ? Durations.Of(Timeout) : null,
        };
        foreach (string argument in Arguments)
        {
            start.Argv.Add(Bytes(argument));
        }

        if (Shell is not null)
        {
            start.Shell = Bytes(Shell);
        }

        foreach ((string name, string? value) in Environment)
        {
            var change = new EnvironmentChange { Name = Bytes(name) };
            if (value is not null)
            {
                change.Value = Bytes(value);
            }

            start.Environment.Add(change);
        }

        if (WorkingDirectory is not null)
        {
            start.WorkingDirectory = Bytes(WorkingDirectory);
        }

        if (Umask is int umask)
        {
            start.Umask = (uint)umask;
        }

        return start;
    }

    private static ByteString Bytes(string text) => UnsafeByteOperations.UnsafeWrap(PosixText.Encode(text));
}
