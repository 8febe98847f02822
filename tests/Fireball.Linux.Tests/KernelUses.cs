using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Fireball.Linux.Tests;

/// <summary>What the code takes the kernel's and the C library's numbers and structures to be, each with its name in C.</summary>
internal static class KernelUses
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // These constants have the names that C has.
    private static readonly Type[] NamedAsInC = [typeof(NativeConstants), typeof(Errno)];

    private static readonly Dictionary<OpenFlags, string> OpenFlagNames = new()
    {
        [OpenFlags.ReadOnly] = "O_RDONLY",
        [OpenFlags.WriteOnly] = "O_WRONLY",
        [OpenFlags.Create] = "O_CREAT",
        [OpenFlags.Exclusive] = "O_EXCL",
        [OpenFlags.NoControllingTerminal] = "O_NOCTTY",
        [OpenFlags.Append] = "O_APPEND",
        [OpenFlags.NonBlocking] = "O_NONBLOCK",
        [OpenFlags.Directory] = "O_DIRECTORY",
        [OpenFlags.NoFollow] = "O_NOFOLLOW",
        [OpenFlags.PathOnly] = "O_PATH",
        [OpenFlags.CloseOnExec] = "O_CLOEXEC",
        [OpenFlags.Directory | OpenFlags.Unnamed] = "O_TMPFILE",
    };

    // TYPE.CONSTANT and its name in C. A size that only has to suffice is compared with >=.
    private static readonly Dictionary<string, string> Named = new()
    {
        ["ControllingTerminal.LocalFlags"] = "offsetof(struct termios, c_lflag)",
        ["ControllingTerminal.TermiosSize"] = ">= sizeof(struct termios)",
        ["DirectoryEntries.LengthAt"] = "offsetof(struct dirent64, d_reclen)",
        ["DirectoryEntries.NameAt"] = "offsetof(struct dirent64, d_name)",
        ["DirectoryEntries.TypeAt"] = "offsetof(struct dirent64, d_type)",
        ["EpollEvents.MaxSize"] = ">= sizeof(struct epoll_event)",
        ["LocalDescriptor.MaxLine"] = "PIPE_BUF",
        ["PermissionBits.Access"] = "S_IRWXU | S_IRWXG | S_IRWXO",
        ["PermissionBits.All"] = "S_ISUID | S_ISGID | S_ISVTX | S_IRWXU | S_IRWXG | S_IRWXO",
        ["PermissionBits.Others"] = "S_IRWXG | S_IRWXO",
        ["PermissionBits.PrivateDirectory"] = "S_IRWXU",
        ["PermissionBits.PrivateFile"] = "S_IRUSR | S_IWUSR",
        ["PermissionBits.Sticky"] = "S_ISVTX",
        ["PermissionBits.WriteByOthers"] = "S_IWGRP | S_IWOTH",
        ["PosixFile.CurrentDirectory"] = "AT_FDCWD",
        ["PosixFile.MaxPathLength"] = "PATH_MAX - 1",
        ["Signal.Chld"] = "SIGCHLD",
        ["Signal.Hup"] = "SIGHUP",
        ["Signal.Int"] = "SIGINT",
        ["Signal.Kill"] = "SIGKILL",
        ["Signal.Max"] = "_NSIG - 1",
        ["Signal.Pipe"] = "SIGPIPE",
        ["Signal.Term"] = "SIGTERM",
        ["SignalWatch.RecordSize"] = "sizeof(struct signalfd_siginfo)",
        ["Spawner.ActionsSize"] = ">= sizeof(posix_spawn_file_actions_t)",
        ["Spawner.AttributesSize"] = ">= sizeof(posix_spawnattr_t)",
        ["TcpCounters.BytesAckedOffset"] = "offsetof(struct tcp_info, tcpi_bytes_acked)",
        ["TcpCounters.BytesReceivedOffset"] = "offsetof(struct tcp_info, tcpi_bytes_received)",
        ["TcpCounters.UsedSize"] = "offsetof(struct tcp_info, tcpi_bytes_received) + 8",
        ["UnixListener.MaxPathLength"] = "sizeof(((struct sockaddr_un *)0)->sun_path) - 1",
    };

    // Neither the kernel's nor the C library's.
    private static readonly HashSet<string> Ours =
    [
        "LocalDescriptor.NullDevice", "OutputBuffer.Capacity", "OutputBuffer.MaxKept", "OwnProcess.OldDescriptorLimit",
        "PosixText.EscapeBase", "Reactor.Batch", "Reactor.WakeData", "Signal.StatusBase", "TerminalText.ShownLength",
        "Timespec.NanosecondsPerSecond", "UnixConnector.MaxSeconds", "UnixListener.Backlog",
    ];

    /// <summary>All for one architecture: an expression in C, and what we take its value to be there.</summary>
    internal static IEnumerable<(string C, long Value)> Of(KernelAbi abi) =>
        [.. Architecture(abi), .. FlagsOfOpen(abi), .. Constants(), .. FileKinds(), .. Structures()];

    /// <summary>Constants that are neither compared nor known to be ours.</summary>
    internal static IEnumerable<string> Unlisted() =>
    [
        .. AllConstants().Where(field => !NamedAsInC.Contains(field.DeclaringType))
            .Select(Name)
            .Where(name => !Named.ContainsKey(name)),
        .. Enum.GetValues<OpenFlags>()
            .Where(flag => !OpenFlagNames.Keys.Any(known => known.HasFlag(flag)))
            .Select(flag => $"OpenFlags.{flag}"),
    ];

    private static IEnumerable<(string C, long Value)> Architecture(KernelAbi abi) =>
    [
        ("O_DIRECTORY", abi.O_DIRECTORY),
        ("O_NOFOLLOW", abi.O_NOFOLLOW),
        ("sizeof(struct epoll_event)", abi.EpollEventSize),
        ("offsetof(struct epoll_event, events)", 0),
        ("offsetof(struct epoll_event, data)", abi.EpollDataOffset),
    ];

    private static IEnumerable<(string C, long Value)> FlagsOfOpen(KernelAbi abi) =>
        OpenFlagNames.Select(pair => (pair.Value, (long)PosixFile.ToKernel(pair.Key, abi)));

    private static IEnumerable<(string C, long Value)> Constants()
    {
        foreach (FieldInfo field in AllConstants())
        {
            long value = Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture);
            if (NamedAsInC.Contains(field.DeclaringType))
            {
                yield return (field.Name, value);
            }
            else if (Named.TryGetValue(Name(field), out string? c))
            {
                yield return c.StartsWith(">=", StringComparison.Ordinal) ? ($"{value} {c}", 1) : (c, value);
            }
        }
    }

    private static IEnumerable<(string C, long Value)> FileKinds() =>
    [
        ("S_IFIFO", (long)FileKind.Fifo),
        ("S_IFCHR", (long)FileKind.CharacterDevice),
        ("S_IFDIR", (long)FileKind.Directory),
        ("S_IFBLK", (long)FileKind.BlockDevice),
        ("S_IFREG", (long)FileKind.Regular),
        ("S_IFLNK", (long)FileKind.SymbolicLink),
        ("S_IFSOCK", (long)FileKind.Socket),
        ("DTTOIF(DT_LNK)", (long)FileKind.SymbolicLink),
    ];

    private static IEnumerable<(string C, long Value)> Structures() =>
    [
        .. Layout<PollEntry>("struct pollfd", ("Descriptor", "fd"), ("Events", "events"), ("Returned", "revents")),
        .. Layout<TimerSetting>(
            "struct itimerspec",
            ("IntervalSeconds", "it_interval.tv_sec"),
            ("IntervalNanoseconds", "it_interval.tv_nsec"),
            ("ValueSeconds", "it_value.tv_sec"),
            ("ValueNanoseconds", "it_value.tv_nsec")),
        .. Layout<ResourceRecord>(
            "struct rusage",
            ("UserSeconds", "ru_utime.tv_sec"),
            ("UserMicroseconds", "ru_utime.tv_usec"),
            ("SystemSeconds", "ru_stime.tv_sec"),
            ("SystemMicroseconds", "ru_stime.tv_usec"),
            ("MaxResidentKib", "ru_maxrss")),
        .. Layout<CredentialRecord>("struct ucred", ("Pid", "pid"), ("Uid", "uid"), ("Gid", "gid")),
        .. Layout<SignalInformation>("siginfo_t", ("Pid", "si_pid")),
        .. Layout<SignalSet>("sigset_t"),
        .. Layout<TimeValue>("struct timeval", ("Seconds", "tv_sec"), ("Microseconds", "tv_usec")),
        .. Layout<Timespec>("struct timespec", ("Seconds", "tv_sec"), ("Nanoseconds", "tv_nsec")),
        .. Layout<StatxBuffer>(
            "struct statx",
            ("UserId", "stx_uid"),
            ("GroupId", "stx_gid"),
            ("Mode", "stx_mode"),
            ("Inode", "stx_ino"),
            ("Size", "stx_size"),
            ("Blocks", "stx_blocks"),
            ("ModifiedSeconds", "stx_mtime.tv_sec"),
            ("ModifiedNanoseconds", "stx_mtime.tv_nsec"),
            ("SpecialMajor", "stx_rdev_major"),
            ("SpecialMinor", "stx_rdev_minor"),
            ("DeviceMajor", "stx_dev_major"),
            ("DeviceMinor", "stx_dev_minor")),

        // Read by offset: in UnixAddress, SignalWatch.
        ("offsetof(struct sockaddr_un, sun_path)", 2),
        ("offsetof(struct signalfd_siginfo, ssi_signo)", 0),

        // The types that calls take and return.
        ("sizeof(off_t)", 8),
        ("sizeof(size_t)", 8),
        ("sizeof(pid_t)", 4),
        ("sizeof(clockid_t)", 4),
        ("sizeof(nfds_t)", 8),
        ("sizeof(mode_t)", 4),
        ("sizeof(socklen_t)", 4),
    ];

    // The size of the whole, and the place and size of each field that is used.
    private static IEnumerable<(string C, long Value)> Layout<T>(string structure, params (string Ours, string Theirs)[] fields)
        where T : unmanaged
    {
        yield return ($"sizeof({structure})", Unsafe.SizeOf<T>());
        foreach (var (ours, theirs) in fields)
        {
            FieldInfo field = typeof(T).GetField(ours, Any)!;
            yield return ($"offsetof({structure}, {theirs})", OffsetOf<T>(field));
            yield return ($"sizeof((({structure} *)0)->{theirs})", SizeOf(field.FieldType));
        }
    }

    // By writing the field and looking where it went: what the runtime does, not what attributes say.
    private static unsafe int OffsetOf<T>(FieldInfo field)
        where T : unmanaged
    {
        object boxed = default(T);
        field.SetValue(boxed, Convert.ChangeType(1, field.FieldType, CultureInfo.InvariantCulture));
        T value = (T)boxed;
        return new ReadOnlySpan<byte>(&value, sizeof(T)).IndexOf((byte)1);
    }

    private static int SizeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int16 or TypeCode.UInt16 => 2,
        TypeCode.Int32 or TypeCode.UInt32 => 4,
        TypeCode.Int64 or TypeCode.UInt64 => 8,
        _ => throw new ArgumentException($"no field here is {type}", nameof(type)),
    };

    private static IEnumerable<FieldInfo> AllConstants() =>
        from type in typeof(KernelAbi).Assembly.GetTypes()
        where !type.IsEnum && type.Namespace == typeof(KernelAbi).Namespace
        from field in type.GetFields(Any | BindingFlags.DeclaredOnly)
        where field.IsLiteral && field.FieldType.IsPrimitive && !Ours.Contains(Name(field))
        select field;

    private static string Name(FieldInfo field) => $"{field.DeclaringType!.Name}.{field.Name}";
}
