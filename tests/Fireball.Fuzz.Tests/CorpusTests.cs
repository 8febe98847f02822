using Fireball.TestSupport;

namespace Fireball.Fuzz.Tests;

/// <summary>tests/corpus has, for each target of tools/fuzz, inputs that lead into different ways of its parsers.</summary>
public sealed class CorpusTests
{
    private static readonly string Corpus = Path.Combine(Repository.Root!, "tests", "corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_ends_as_the_parser_documents(string target)
    {
        string[] files = Directory.GetFiles(Path.Combine(Corpus, target));

        Assert.NotEmpty(files);
        Assert.All(files, file => FuzzTargets.All[target](File.ReadAllBytes(file)));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Nothing_is_an_input_too(string target) => FuzzTargets.All[target]([]);

    [Fact]
    public void Every_directory_of_the_corpus_is_of_a_target() => Assert.Equal(
        FuzzTargets.All.Keys, Directory.GetDirectories(Corpus).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
}
