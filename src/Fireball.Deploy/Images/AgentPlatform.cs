using System.Runtime.InteropServices;

namespace Fireball.Deploy;

/// <summary>A kind of host that there are agents for.</summary>
public sealed record AgentPlatform
{
    /// <summary>Linux on x86-64.</summary>
    public static readonly AgentPlatform LinuxX64 = new("linux-x64", "x86_64", "amd64");

    /// <summary>Linux on 64-bit Arm.</summary>
    public static readonly AgentPlatform LinuxArm64 = new("linux-arm64", "aarch64", "arm64");

    private AgentPlatform(string name, params string[] machines) => (Name, Machines) = (name, machines);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<AgentPlatform> All { get; } = [LinuxX64, LinuxArm64];

    /// <summary>The one of this machine.</summary>
    public static AgentPlatform OfThisMachine =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? LinuxArm64 : LinuxX64;

    /// <summary>The directory that holds its agents, .NET's name for it: "linux-x64".</summary>
    public string Name { get; }

    /// <summary>What `uname -m` prints there, the usual word first.</summary>
    public IReadOnlyList<string> Machines { get; }

    /// <summary>What `uname -sm` prints there, the usual words first: "Linux x86_64".</summary>
    internal IEnumerable<string> Words => Machines.Select(machine => "Linux " + machine);
}
