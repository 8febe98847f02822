namespace Fireball.Bench;

/// <summary>The presets there are.</summary>
internal static class PresetList
{
    public static readonly Preset Standard = new(
        "standard",
        "every work by whatever carries it",
        [
            new BenchPlan
            {
                Transports = TransportList.Standard,
                Cases = [.. BenchPlan.MakeCases(null, null, null, null)
                    .Where(work => TransportList.Standard.Any(transport => transport.Works.Contains(work.Kind)))],
            },
        ],
        []);

    public static IReadOnlyList<Preset> All { get; } = [Standard, CorePreset.Preset];
}
