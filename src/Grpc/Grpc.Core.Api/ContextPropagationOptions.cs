namespace Grpc.Core;

/// <summary>Which properties of a call that is being served its own calls take over.</summary>
public class ContextPropagationOptions
{
    /// <summary>Everything.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Chooses what is taken over.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>The deadline is taken over.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Cancellation is taken over.</summary>
    public bool IsPropagateCancellation { get; }
}
