namespace Fireball.Rpc;

/// <summary>An exception that was not made for a person, in words for one.</summary>
public static class FailureText
{
    /// <summary>
    /// Its type and its message. Of the framework's exceptions the message may be the name of a resource that was left out of the
    /// executable ("Arg_NullReferenceException"): that is no message.
    /// </summary>
    public static string Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        string message = failure.Message;
        bool isName = message.Contains('_', StringComparison.Ordinal) && !message.Contains(' ', StringComparison.Ordinal);
        return isName ? failure.GetType().Name : $"{failure.GetType().Name}: {message}";
    }
}
