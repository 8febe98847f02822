using System.Text;

namespace Fireball.Bench;

/// <summary>The style sheets that reports carry in themselves.</summary>
internal static class StyleSheet
{
    /// <summary>Of plots, wherever they are.</summary>
    public static string Plot { get; } = Read("plot.css");

    /// <summary>Of a page around them.</summary>
    public static string Page { get; } = Read("report.css");

    private static string Read(string name)
    {
        using Stream css = typeof(StyleSheet).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(css, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
