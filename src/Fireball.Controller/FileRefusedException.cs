using Fireball.Linux;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>One file was not written or not read; of one to be written the old one is as it was.</summary>
public sealed class FileRefusedException : FireballException
{
    /// <summary>Creates the exception.</summary>
    public FileRefusedException(string host, string operation, FileRefusal refusal, string message, Exception? innerException = null)
        : base(host, operation, message, innerException) => Refusal = refusal;

    /// <summary>Why.</summary>
    public FileRefusal Refusal { get; }

    /// <summary>What the host's kernel said.</summary>
    /// <param name="errno">Its error number; 0: it was not the kernel.</param>
    /// <param name="none">What it means where it was not the kernel.</param>
    internal static FileRefusal OfErrno(int errno, FileRefusal none) => errno switch
    {
        0 => none,
        Errno.ENOENT => FileRefusal.NotFound,
        Errno.EACCES or Errno.EPERM => FileRefusal.AccessDenied,
        Errno.EINVAL or Errno.ENAMETOOLONG => FileRefusal.BadName,
        Errno.ENOSPC or Errno.EDQUOT or Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM => FileRefusal.NoResources,
        _ => FileRefusal.Refused,
    };

    /// <summary>What the agent ended a call with before it began; null: that is no refusal.</summary>
    internal static FileRefusal? OfStatus(StatusCode code) => code switch
    {
        StatusCode.NotFound => FileRefusal.NotFound,
        StatusCode.PermissionDenied => FileRefusal.AccessDenied,
        StatusCode.FailedPrecondition => FileRefusal.Refused,
        StatusCode.InvalidArgument => FileRefusal.BadName,
        StatusCode.ResourceExhausted => FileRefusal.NoResources,
        StatusCode.DataLoss => FileRefusal.Damaged,
        _ => null,
    };
}
