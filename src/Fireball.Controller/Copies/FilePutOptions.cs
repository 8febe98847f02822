namespace Fireball.Controller;

/// <summary>How one file is written from a stream.</summary>
public sealed record FilePutOptions
{
    /// <summary>Permission bits, 0 to 07777; 0644 unless set.</summary>
    public int Mode { get; init; } = 0b110_100_100;

    /// <summary>Modification time, seconds since 1970; null: now.</summary>
    public long? ModifiedSeconds { get; init; }

    /// <summary>Its nanoseconds, 0 to 999,999,999.</summary>
    public int ModifiedNanoseconds { get; init; }

    /// <summary>Create missing parent directories.</summary>
    public bool MakeParents { get; init; }

    /// <summary>How many bytes the stream has; where it has another number, the old file stays. Null: not known.</summary>
    public long? Size { get; init; }
}
