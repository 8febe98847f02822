namespace Fireball.Bench.Report;
internal static class CostPicture { public static string Render(Results.BenchResults results) => ""; }
