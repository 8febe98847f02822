using System.Text.Json.Nodes;
using Fireball.TestSupport;

namespace Fireball.Bench.Tests;

public sealed class HtmlReportTests : IDisposable
{
    // Of every plot: its place and size, and those of what is drawn in it, as the browser laid them out.
    private const string Plots =
        """
        [...document.querySelectorAll('figure svg')].map(svg => ({
          label: svg.getAttribute('aria-label'),
          width: svg.getBoundingClientRect().width,
          outside: [...svg.querySelectorAll('path, rect, circle, text')].filter(drawn => {
            const frame = svg.getBoundingClientRect(), box = drawn.getBoundingClientRect();
            return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
          }).map(drawn => drawn.outerHTML),
          drawn: [...svg.querySelectorAll('.line, .bar')].filter(drawn => drawn.getBBox().width > 0).length,
          colours: new Set([...svg.querySelectorAll('.line, .bar')].map(drawn => {
            const style = getComputedStyle(drawn);
            return drawn.classList.contains('line') ? style.stroke : style.fill;
          })).size,
        }))
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact("chromium")]
    public async Task A_browser_shows_every_plot_says_nothing_and_asks_for_nothing_else()
    {
        string file = _directory.Write("report.html", HtmlReport.Render(SampleResults.Make()));
        await using Chromium browser = await Chromium.OpenAsync(file);
        JsonArray plots = (await browser.EvaluateAsync(Plots))!.AsArray();

        // Five cases with bars and latencies each, and echo against three sizes.
        Assert.Equal(11, plots.Count);
        Assert.All(plots, plot =>
        {
            Assert.InRange(plot!["width"]!.GetValue<double>(), 200, 2000);
            Assert.Equal("[]", plot["outside"]!.ToJsonString());
            Assert.Equal(4, plot["drawn"]!.GetValue<int>());
            Assert.Equal(4, plot["colours"]!.GetValue<int>());
            Assert.NotEmpty(plot["label"]!.GetValue<string>());
        });
        Assert.Equal(20, (await browser.EvaluateAsync("document.querySelectorAll('tbody td.remark').length"))!.GetValue<int>());
        Assert.Equal(
            "true",
            (await browser.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"))!.ToJsonString());
        Assert.Empty(browser.Console);
        Assert.Equal([$"file://{file}"], browser.Requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
    }

    [RequiresFact("chromium")]
    public async Task Light_dark_and_paper_are_readable()
    {
        string file = _directory.Write("report.html", HtmlReport.Render(SampleResults.Make()));
        await using Chromium browser = await Chromium.OpenAsync(file);
        foreach ((string medium, string scheme, bool dark) in ((string, string, bool)[])
            [("screen", "light", false), ("screen", "dark", true), ("print", "light", false), ("print", "dark", false)])
        {
            await browser.EmulateAsync(medium, scheme);
            double paper = await LuminanceAsync(browser, "body", "backgroundColor");

            Assert.Equal(dark, paper < 0.2);
            Assert.True(Contrast(paper, await LuminanceAsync(browser, "body", "color")) >= 7, $"{medium} {scheme}: text");
            Assert.True(Contrast(paper, await LuminanceAsync(browser, "p.dim", "color")) >= 4.5, $"{medium} {scheme}: small print");

            // Lines need 3 to 1 (WCAG 1.4.11).
            foreach (string style in (string[])["k0", "k1", "k2", "kf"])
            {
                Assert.True(
                    Contrast(paper, await LuminanceAsync(browser, $".{style}.line", "stroke")) >= 3, $"{medium} {scheme}: {style}");
            }
        }
    }

    [Fact]
    public void Names_from_elsewhere_cannot_become_markup()
    {
        BenchResults results = SampleResults.Make();
        const string Evil = "<script>alert(1)</script>\"'";
        string html = HtmlReport.Render(results with
        {
            Host = Evil,
            State = RunState.HostLost,
            Reason = Evil,
            Machine = results.Machine with { SshServer = Evil },
            Cases = [.. results.Cases.Select(one => one with { Transport = one.Transport + Evil, Work = Evil, Problem = Evil })],
        });

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void With_added_round_trip_time_the_round_trips_of_a_call_are_told()
    {
        BenchResults results = SampleResults.Make();
        BenchResults far = results with { Settings = results.Settings with { RttMs = 0.1 } };
        using var table = new StringWriter();
        TableReport.Write(table, far);

        // The floor's echo of 64 bytes takes some 0.2 ms.
        Assert.Matches("floor .* 2\\.[0-9]{2} ", table.ToString());
        Assert.Contains("<th scope=\"col\">round trips</th>", HtmlReport.Render(far), StringComparison.Ordinal);
        Assert.DoesNotContain("round trips", HtmlReport.Render(results), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_any_round_is_a_report_too()
    {
        BenchResults results = SampleResults.Make();
        string html = HtmlReport.Render(results with
        {
            Cases = [results.Cases[0] with { Rounds = [], Problem = "it did not work" }], State = RunState.Interrupted, Reason = "interrupted",
        });

        Assert.Contains("NOT COMPLETE: interrupted", html, StringComparison.Ordinal);
        Assert.Contains("it did not work", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<figure", html, StringComparison.Ordinal);
    }

    // WCAG's relative luminance of a computed colour.
    private static async Task<double> LuminanceAsync(Chromium browser, string selector, string property)
    {
        JsonNode value = (await browser.EvaluateAsync(
            $"getComputedStyle(document.querySelector('{selector}')).{property}.match(/[0-9.]+/g).slice(0, 3).map(Number)"))!;
        double[] linear = [.. value.AsArray().Select(channel => channel!.GetValue<double>() / 255)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    private static double Contrast(double one, double other) => (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);
}
