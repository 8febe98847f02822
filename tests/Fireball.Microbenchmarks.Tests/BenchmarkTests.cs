using BenchmarkDotNet.Running;

namespace Fireball.Microbenchmarks.Tests;

/// <summary>What is measured is what the name says: every benchmark returns what it did. Times are not looked at.</summary>
public sealed class BenchmarkTests
{
    /// <summary>Runs of each: enough that the short scripts begin again and that credit comes back.</summary>
    private const int Runs = 3;

    /// <summary>
    /// What each benchmark returns. A frame's header has 2 bytes up to a body of 255 and 9 beyond (RFC 37). The envelope
    /// of a payload of call 1000 has 5 (tag, number in 2, tag, length 0), 7 with its header. Output of n bytes is n and
    /// the tag and length before it: 2, 3 and 4 bytes for the three sizes.
    /// </summary>
    private static readonly Dictionary<string, long> Expected = new()
    {
        ["FrameEncoding.Frame(64)"] = 2 + 64,
        ["FrameEncoding.Frame(4096)"] = 9 + 4096,
        ["FrameEncoding.Frame(65536)"] = 9 + 65_536,
        ["FrameEncoding.CallMessage(64)"] = 7 + 2 + 2 + 64,
        ["FrameEncoding.CallMessage(4096)"] = 7 + 9 + 3 + 4096,
        ["FrameEncoding.CallMessage(65536)"] = 7 + 9 + 4 + 65_536,
        ["FrameDecoding.Frame(64)"] = 64,
        ["FrameDecoding.Frame(4096)"] = 4096,
        ["FrameDecoding.Frame(65536)"] = 65_536,
        ["FrameDecoding.CallMessage(64)"] = 64,
        ["FrameDecoding.CallMessage(4096)"] = 4096,
        ["FrameDecoding.CallMessage(65536)"] = 65_536,
        ["SegmentSizes.Decode(131072)"] = 31 * (5 + 3 + 4096),
        ["SegmentSizes.Decode(65536)"] = 31 * (5 + 3 + 4096),
        ["SegmentSizes.Decode(4096)"] = 31 * (5 + 3 + 4096),
        ["SegmentSizes.Decode(64)"] = 31 * (5 + 3 + 4096),
        ["SegmentSizes.Decode(1)"] = 31 * (5 + 3 + 4096),
        // Of the envelope: call 3 and the tag and length of start 2; of start: method 2 + 30, initial credit 1 + 3.
        ["RpcEnvelope.WriteStart()"] = 3 + 2 + 2 + 30 + 1 + 3,
        ["RpcEnvelope.ReadStart()"] = 1000,
        ["RpcEnvelope.WritePayload()"] = 5,
        ["RpcEnvelope.ReadPayload()"] = 1000,
        // Half a window of 256 KiB is passed by the second payload, which gives back the cost of both.
        ["FlowControl.ReceivePayloads()"] = 2 * (65_536 + 64),
        ["FlowControl.SendPayloads()"] = 2,
    };

    public static TheoryData<string> Names => new(Expected.Keys);

    [Fact]
    public void Every_benchmark_of_the_program_is_here() =>
        Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), Cases().Select(Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_benchmark_does_what_its_result_says(string name)
    {
        var benchmark = Cases().Single(benchmark => Name(benchmark) == name);
        var descriptor = benchmark.Descriptor;
        var instance = Activator.CreateInstance(descriptor.Type)!;
        foreach (var parameter in benchmark.Parameters.Items)
        {
            descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        await InvokeAsync(descriptor.GlobalSetupMethod, instance);
        try
        {
            for (var run = 0; run < Runs; run++)
            {
                Assert.Equal(Expected[name], descriptor.WorkloadMethod.Invoke(instance, null));
            }
        }
        finally
        {
            await InvokeAsync(descriptor.GlobalCleanupMethod, instance);
        }
    }

    private static IEnumerable<BenchmarkCase> Cases() => typeof(FrameEncoding).Assembly.GetTypes()
        .SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases);

    private static string Name(BenchmarkCase benchmark) =>
        $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}"
        + $"({string.Join(", ", benchmark.Parameters.Items.Select(parameter => parameter.Value))})";

    private static async Task InvokeAsync(System.Reflection.MethodInfo? method, object instance)
    {
        if (method?.Invoke(instance, null) is Task task)
        {
            await task;
        }
    }
}
