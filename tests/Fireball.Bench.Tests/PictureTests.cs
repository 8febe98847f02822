using System.Text.Json.Nodes;
using System.Xml.Linq;
using Fireball.TestSupport;

namespace Fireball.Bench.Tests;

public sealed class PictureTests : IDisposable
{
    private const string Evil = "<script>alert(1)</script>\"'&";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_is_well_formed_and_needs_nothing_else_whatever_names_there_are()
    {
        BenchResults results = SampleResults.Make();
        XElement svg = XDocument.Parse(CostPicture.Render(results with
        {
            Host = Evil,
            Machine = results.Machine with { Processor = Evil },
            Cases = [.. results.Cases.Select(one => one with { Transport = one.Transport + Evil, Work = one.Work + Evil })],
        })).Root!;

        Assert.Equal(Svg + "svg", svg.Name);
        Assert.Equal(
            ["g", "rect", "style", "svg", "text"],
            svg.DescendantsAndSelf().Select(element => element.Name.LocalName).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(svg.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName.EndsWith("href", StringComparison.Ordinal));
        Assert.DoesNotContain("url(", svg.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", svg.Value, StringComparison.Ordinal);
        Assert.Contains(svg.Descendants(Svg + "text"), text => text.Value.Contains(Evil, StringComparison.Ordinal));
    }

    [Fact]
    public void It_shows_each_work_once_with_what_carries_calls()
    {
        BenchResults results = SampleResults.Make();
        CaseResult copy = results.Cases[0] with { Transport = "rsync", Work = "put", Size = 4096 };
        XElement svg = XDocument.Parse(CostPicture.Render(results with { Cases = [.. results.Cases, copy, copy with { Transport = "ssh" }] })).Root!;

        Assert.Equal(
            ["echo: 64 bytes there and back", "exec: run /bin/true", "put: copy a file of 4K random bytes there"],
            svg.Descendants(Svg + "text").Where(text => (string?)text.Attribute("class") == "caption").Select(text => text.Value));

        // Four transports, and of the copies the one that also carries calls.
        Assert.Equal(4 + 4 + 1, svg.Descendants(Svg + "rect").Count(rect => ((string?)rect.Attribute("class"))!.EndsWith(" bar", StringComparison.Ordinal)));
        Assert.DoesNotContain("rsync", svg.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_any_round_is_a_picture_too()
    {
        BenchResults results = SampleResults.Make();
        Assert.Contains("Nothing was measured.", CostPicture.Render(results with { Cases = [results.Cases[0] with { Rounds = [] }] }), StringComparison.Ordinal);
    }

    [RequiresFact("chromium")]
    public async Task A_browser_draws_it_all_within_its_frame_light_and_dark()
    {
        string file = _directory.Write("picture.svg", CostPicture.Render(SampleResults.Make()));
        await using Chromium browser = await Chromium.OpenAsync(file);
        JsonNode drawn = (await browser.EvaluateAsync(
            """
            (() => {
              const frame = document.documentElement.getBoundingClientRect();
              const all = [...document.querySelectorAll('text, rect')];
              return {
                bars: all.filter(one => one.classList.contains('bar') && one.getBoundingClientRect().width > 0).length,
                outside: all.filter(one => {
                  const box = one.getBoundingClientRect();
                  return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
                }).map(one => one.outerHTML),
              };
            })()
            """))!;

        Assert.Equal(8, drawn["bars"]!.GetValue<int>());
        Assert.Equal("[]", drawn["outside"]!.ToJsonString());
        var grounds = new List<string>();
        foreach (string scheme in (string[])["light", "dark"])
        {
            await browser.EmulateAsync("screen", scheme);
            grounds.Add((await browser.EvaluateAsync("getComputedStyle(document.querySelector('.paper')).fill"))!.GetValue<string>());
        }

        Assert.Equal(["rgb(253, 253, 252)", "rgb(22, 24, 27)"], grounds);
        Assert.Empty(browser.Console);
        Assert.Equal([$"file://{file}"], browser.Requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
    }
}
