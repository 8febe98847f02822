namespace Fireball.Bench;

/// <summary>A work under a load: what all transports that can do it are compared by.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Size">Bytes a call moves; 0 where the work has no size.</param>
/// <param name="Concurrency">Calls in flight, at most.</param>
/// <param name="Rate">Calls a second, open loop; null: closed loop.</param>
internal sealed record WorkCase(WorkKind Kind, long Size, int Concurrency, double? Rate)
{
    public CaseKey Key => new(Kind.Name, Kind.HasSize ? Size : null, Concurrency, Rate);
}
