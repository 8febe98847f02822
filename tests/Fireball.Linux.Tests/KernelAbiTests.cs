using System.Runtime.InteropServices;
using Fireball.TestSupport;

namespace Fireball.Linux.Tests;

/// <summary>Every number and structure that is handed to the kernel, against the C headers of both architectures.</summary>
public sealed class KernelAbiTests
{
    [RequiresFact("gcc", "objcopy")]
    public Task On_x86_64_all_is_as_the_C_headers_have_it() => CompareAsync("", KernelAbi.X64);

    [RequiresFact("aarch64-linux-gnu-gcc", "aarch64-linux-gnu-objcopy", "/usr/aarch64-linux-gnu/include/errno.h")]
    public Task On_arm64_all_is_as_the_C_headers_have_it() => CompareAsync("aarch64-linux-gnu-", KernelAbi.Arm64);

    [Fact]
    public void Each_constant_is_compared_or_known_to_be_ours() => Assert.Empty(KernelUses.Unlisted());

    [Fact]
    public void This_process_uses_what_its_architecture_has() => Assert.Same(
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? KernelAbi.Arm64 : KernelAbi.X64, KernelAbi.Current);

    private static async Task CompareAsync(string tools, KernelAbi abi)
    {
        (string C, long Value)[] ours = [.. KernelUses.Of(abi)];
        IReadOnlyList<long> theirs = await CHeaders.EvaluateAsync(tools, [.. ours.Select(one => one.C)]);
        Assert.Empty(ours.Zip(theirs)
            .Where(pair => pair.First.Value != pair.Second)
            .Select(pair => $"{pair.First.C} is {pair.Second} and taken to be {pair.First.Value}"));
    }
}
