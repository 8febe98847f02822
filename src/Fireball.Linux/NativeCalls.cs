using System.Runtime.InteropServices;

namespace Fireball.Linux;

/// <summary>
/// All calls of the C library that are used here, as their manual pages have them, with the types of the 64-bit ABI. In
/// the agents and the command they are linked statically; elsewhere they are found in libc at run time.
/// </summary>
internal static unsafe partial class NativeCalls
{
    // Descriptors.
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe2(int* fds, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, int* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollEntry* entries, nuint count, int timeoutMs);

    [LibraryImport("libc")]
    internal static partial int isatty(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int tcgetattr(int fd, byte* settings);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int tcsetattr(int fd, int when, byte* settings);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, byte* description);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_wait(int epoll, byte* events, int count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_settime(int fd, int flags, TimerSetting* setting, TimerSetting* old);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int signalfd(int fd, SignalSet* mask, int flags);

    // Files.
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int openat(int directory, byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pread(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pwrite(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(int fd, long length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fdatasync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int syncfs(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(int fd, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int futimens(int fd, Timespec* times);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int utimensat(int directory, byte* path, Timespec* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, StatxBuffer* buffer);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int faccessat(int directory, byte* path, int mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getdents64(int fd, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint readlinkat(int directory, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int symlinkat(byte* target, int directory, byte* path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int linkat(int oldDirectory, byte* oldPath, int newDirectory, byte* newPath, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int renameat(int oldDirectory, byte* oldPath, int newDirectory, byte* newPath);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unlinkat(int directory, byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mkdirat(int directory, byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mkdir(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int rmdir(byte* path);

    // Sockets.
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socketpair(int domain, int type, int protocol, int* fds);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int listen(int fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int option, void* value, uint length);

    // This process, and its children.
    [LibraryImport("libc")]
    internal static partial int getppid();

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int chdir(byte* path);

    [LibraryImport("libc")]
    internal static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc")]
    internal static partial nuint getauxval(nuint type);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint signal(int signal, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int wait4(int pid, int* status, int options, ResourceRecord* usage);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitid(int idType, uint id, SignalInformation* information, int options);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int execv(byte* path, byte** argv);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getrandom(byte* buffer, nuint count, uint flags);

    // For what the C library, or an older one, has no function of its own.
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b, nint c, nint d);

    // Clocks. These but clock_gettime return the error number.
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clock, Timespec* time);

    [LibraryImport("libc")]
    internal static partial int clock_getcpuclockid(int pid, int* clock);

    [LibraryImport("libc")]
    internal static partial int clock_nanosleep(int clock, int flags, Timespec* request, Timespec* remain);

    // posix_spawn and its attributes return the error number; they leave errno alone.
    [LibraryImport("libc")]
    internal static partial int posix_spawn(
        int* pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** environment);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigmask(byte* attributes, SignalSet* mask);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigdefault(byte* attributes, SignalSet* mask);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addfchdir_np(byte* actions, int fd);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int fd);

    // The process's environment as the kernel handed it over; `environ` itself is data and cannot be imported.
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEnviron")]
    internal static partial byte** GetEnviron();
}
