using System.Diagnostics.CodeAnalysis;
using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Serve;

/// <summary>What a command has to be like; the agent would refuse it too, but not know the field's name here.</summary>
internal static class CommandRules
{
    private const int IdLength = 16;

    /// <summary>Refuses what can be no command.</summary>
    /// <exception cref="BadRequestException">Naming the field.</exception>
    public static void Check([NotNull] ExecStart? command, string field)
    {
        BadRequestException.Unless(command is not null, field, "missing");
        BadRequestException.Unless(
            command.Argv.Count > 0 || !command.Shell.IsEmpty, $"{field}.argv", "empty, and shell is too");
        BadRequestException.Unless(command.Argv.Count == 0 || command.Shell.IsEmpty, $"{field}.shell", "given together with argv");
        for (int i = 0; i < command.Argv.Count; i++)
        {
            CheckText(command.Argv[i], $"{field}.argv[{i}]");
        }

        BadRequestException.Unless(command.Argv.Count == 0 || !command.Argv[0].IsEmpty, $"{field}.argv[0]", "empty");
        CheckText(command.Shell, $"{field}.shell");
        CheckText(command.WorkingDirectory, $"{field}.working_directory");
        BadRequestException.Unless(command.ExecId.Length is 0 or IdLength, $"{field}.exec_id", $"{command.ExecId.Length} bytes, not {IdLength}");
        BadRequestException.Unless(command.Umask <= PermissionBits.Access, $"{field}.umask", "not within 0 to 0777");
        for (int i = 0; i < command.Environment.Count; i++)
        {
            CheckVariable(command.Environment[i], $"{field}.environment[{i}]");
        }
    }

    /// <summary>A path, which no NUL can be in.</summary>
    /// <exception cref="BadRequestException">Naming the field.</exception>
    public static void CheckPath(ByteString path, string field)
    {
        BadRequestException.Unless(!path.IsEmpty, field, "empty");
        CheckText(path, field);
    }

    private static void CheckVariable(EnvironmentChange change, string field)
    {
        BadRequestException.Unless(!change.Name.IsEmpty, $"{field}.name", "empty");
        BadRequestException.Unless(!change.Name.Span.Contains((byte)'='), $"{field}.name", "holds '='");
        CheckText(change.Name, $"{field}.name");
        CheckText(change.Value, $"{field}.value");
    }

    private static void CheckText(ByteString text, string field) =>
        BadRequestException.Unless(!text.Span.Contains((byte)0), field, "holds a NUL byte");
}
