using System.Diagnostics.CodeAnalysis;

namespace Fireball.Serve;

/// <summary>A request that cannot be meant: INVALID_ARGUMENT, with the field's name.</summary>
internal sealed class BadRequestException(string path, string reason) : Exception($"{path}: {reason}")
{
    /// <summary>The field's path in the request, "command.argv".</summary>
    public string Field { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;

    /// <summary>Throws where a field is not as it has to be.</summary>
    public static void Unless([DoesNotReturnIf(false)] bool right, string field, string otherwise)
    {
        if (!right)
        {
            throw new BadRequestException(field, otherwise);
        }
    }
}
