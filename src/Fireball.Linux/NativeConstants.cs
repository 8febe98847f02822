namespace Fireball.Linux;

/// <summary>
/// Numbers from the C headers, under the names the manual pages use. The same on x86-64 and arm64; what is not is in
/// <see cref="KernelAbi"/>.
/// </summary>
internal static class NativeConstants
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NOCTTY = 0x100;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_REMOVEDIR = 0x200;
    internal const int AT_EACCESS = 0x200;
    internal const int AT_SYMLINK_FOLLOW = 0x400;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const uint STATX_BASIC_STATS = 0x7ff;
    internal const int S_IFMT = 0xF000;
    internal const long UTIME_OMIT = 0x3ffffffe;
    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int X_OK = 1;
    internal const int F_OK = 0;
    internal const int F_SETFD = 2;
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int FD_CLOEXEC = 1;
    internal const nuint FIONREAD = 0x541B;

    internal const uint ECHO = 8;
    internal const int TCSAFLUSH = 2;

    internal const uint EPOLLIN = 0x1;
    internal const uint EPOLLOUT = 0x4;
    internal const uint EPOLLERR = 0x8;
    internal const uint EPOLLHUP = 0x10;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLET = 0x80000000;
    internal const int EPOLL_CLOEXEC = O_CLOEXEC;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;
    internal const short POLLHUP = 0x10;

    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int WNOWAIT = 0x01000000;
    internal const int P_ALL = 0;
    internal const int P_PID = 1;

    internal const int CLOCK_MONOTONIC = 1;
    internal const int TIMER_ABSTIME = 1;
    internal const nint SYS_pidfd_open = 434;
    internal const nint SYS_close_range = 436;
    internal const nint SYS_pidfd_getfd = 438;
    internal const nint CLOSE_RANGE_CLOEXEC = 4;

    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    internal const int PR_SET_NAME = 15;
    internal const int PR_SET_CHILD_SUBREAPER = 36;
    internal const nuint AT_EXECFN = 31;

    internal const int AF_UNIX = 1;
    internal const int SOCK_STREAM = 1;
    internal const int SOL_SOCKET = 1;
    internal const int SO_PEERCRED = 17;
    internal const int SO_SNDTIMEO = 21;
    internal const int IPPROTO_TCP = 6;
    internal const int TCP_INFO = 11;
    internal const int SHUT_WR = 1;
    internal const int SHUT_RDWR = 2;

    internal const nint SIG_IGN = 1;
}
