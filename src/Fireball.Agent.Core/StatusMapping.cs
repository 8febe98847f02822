using Fireball.Files;
using Fireball.Linux;
using Grpc.Core;

namespace Fireball.Agent.Core;

// The kernel's errors in the vocabulary of calls.
internal static class StatusMapping
{
    public static StatusCode ToStatusCode(int errno) => errno switch
    {
        Errno.ENOENT => StatusCode.NotFound,
        Errno.EACCES or Errno.EPERM => StatusCode.PermissionDenied,
        Errno.ENOSPC or Errno.EDQUOT or Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM => StatusCode.ResourceExhausted,
        Errno.ENOTDIR or Errno.EISDIR or Errno.EEXIST or Errno.EROFS or Errno.ELOOP => StatusCode.FailedPrecondition,
        Errno.EINVAL or Errno.ENAMETOOLONG => StatusCode.InvalidArgument,
        _ => StatusCode.Unknown,
    };

    public static RpcException ToRpcException(this FileCopyException e) =>
        new(new Status(ToStatusCode(e.Errno), e.Message, e));
}
