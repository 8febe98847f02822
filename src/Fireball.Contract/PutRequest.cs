namespace Fireball.V1;

/// <content>What is not on the wire.</content>
public sealed partial class PutRequest
{
    /// <summary>
    /// What the data of <see cref="Records"/> lies in: disposed when they have been written, and not looked at afterwards.
    /// Null: each record keeps its own.
    /// </summary>
    public IDisposable? Memory { get; set; }
}
