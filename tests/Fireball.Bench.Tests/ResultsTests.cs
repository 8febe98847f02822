using System.Text.Json;
using System.Text.Json.Nodes;
using Fireball.TestSupport;

namespace Fireball.Bench.Tests;

public sealed class ResultsTests : IDisposable
{
    // python3-jsonschema: another's reading of the schema, not ours.
    private const string Validate =
        "import json, sys, jsonschema\n"
        + "schema, document = (json.load(open(name)) for name in sys.argv[1:])\n"
        + "jsonschema.Draft202012Validator.check_schema(schema)\n"
        + "jsonschema.Draft202012Validator(schema).validate(document)\n";

    private static readonly string Schema = Path.Combine(AppContext.BaseDirectory, "results.schema.json");

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        BenchResults results = SampleResults.WithGoals() with { State = RunState.HostLost, Reason = "gone" };
        string file = Write(results);
        BenchResults again = ResultsFile.Read(file);

        Assert.Equal(JsonSerializer.Serialize(results, ResultsJson.Default.BenchResults), JsonSerializer.Serialize(again, ResultsJson.Default.BenchResults));
        Assert.Equal(results.Cases[3].MergedLatency().Percentile(99), again.Cases[3].MergedLatency().Percentile(99));
    }

    [RequiresFact("/usr/lib/python3/dist-packages/jsonschema/__init__.py", "python3")]
    public async Task What_is_written_is_as_the_schema_says()
    {
        CaseResult failed = SampleResults.Make().Cases[0] with { Rounds = [], Problem = "it did not work" };
        foreach (BenchResults results in (BenchResults[])
            [SampleResults.Make(), SampleResults.WithGoals(), SampleResults.Make() with { State = RunState.Interrupted, Reason = "interrupted", Cases = [failed] }])
        {
            await Command.CheckAsync("python3", "-c", Validate, Schema, Write(results));
        }
    }

    [Fact]
    public void The_schema_names_every_field_that_is_written_and_no_other()
    {
        JsonNode schema = JsonNode.Parse(File.ReadAllText(Schema))!;
        BenchResults results = SampleResults.WithGoals() with { Reason = "why" };
        CaseResult one = results.Cases.First(one => one.Rate is not null);
        results = results with
        {
            Settings = results.Settings with { Preset = "core" },
            Cases = [one with { Problem = "why", RttMs = 50, Rounds = [one.Rounds[0] with { ServerRssGrowthBytes = 1 }] }],
            Goals = [results.Goals![0] with { Problem = "why" }],
        };
        JsonNode written = JsonNode.Parse(File.ReadAllText(Write(results)))!;

        Same(written, schema);
        Same(written["machine"]!, schema["properties"]!["machine"]!);
        Same(written["settings"]!, schema["properties"]!["settings"]!);
        Same(written["cases"]![0]!, schema["$defs"]!["case"]!);
        Same(written["goals"]![0]!, schema["$defs"]!["goal"]!);
        Same(written["cases"]![0]!["rounds"]![0]!, schema["$defs"]!["round"]!);
        Same(written["cases"]![0]!["rounds"]![0]!["latency"]!, schema["$defs"]!["histogram"]!);

        static void Same(JsonNode written, JsonNode type) => Assert.Equal(
            Names(type["properties"]!), Names(written));

        static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("", "no results")]
    [InlineData("null", "no results")]
    [InlineData("{}", "missing required properties")]
    [InlineData("[1, 2]", "no results")]
    public void A_file_that_holds_no_results_is_refused_by_name(string content, string reason)
    {
        string file = _directory.Write("other.json", content);
        FormatException failure = Assert.Throws<FormatException>(() => ResultsFile.Read(file));

        Assert.StartsWith(file, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Another_version_and_figures_that_contradict_each_other_are_refused()
    {
        string text = File.ReadAllText(Write(SampleResults.Make()));
        Refused(text.Replace("fireball-bench/1", "fireball-bench/2", StringComparison.Ordinal), "its schema is fireball-bench/2");
        Refused(text.Replace("\"calls\": 1000", "\"calls\": 999", StringComparison.Ordinal), "do not agree");
        Refused(text.Replace("\"min_ns\": ", "\"min_ns\": 1", StringComparison.Ordinal), "histogram");
        Refused(File.ReadAllText(Write(SampleResults.WithGoals())).Replace("\"goals\": [", "\"goals\": [null,", StringComparison.Ordinal), "null in a list");
        Refused(text.Replace("\"rounds\": [", "\"rounds\": [null,", StringComparison.Ordinal), "no results");

        void Refused(string changed, string reason)
        {
            string file = _directory.Write("changed.json", changed);
            Assert.Contains(reason, Assert.Throws<FormatException>(() => ResultsFile.Read(file)).Message, StringComparison.Ordinal);
        }
    }

    private string Write(BenchResults results)
    {
        ResultsFile.Write(_directory["results.json"], results);
        return _directory["results.json"];
    }
}
