namespace Grpc.Core;

/// <summary>Result of a call; the numbers are those of google.rpc.Code.</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, mostly by the caller.</summary>
    Cancelled = 1,

    /// <summary>A failure without a code of its own, such as an exception in the service.</summary>
    Unknown = 2,

    /// <summary>The request is wrong, whatever the system's state.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; the work may have been done.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for is not there.</summary>
    NotFound = 5,

    /// <summary>What was to be created is there already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit was reached.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state this needs.</summary>
    FailedPrecondition = 9,

    /// <summary>Given up, mostly for concurrency.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>No such method here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached now.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
