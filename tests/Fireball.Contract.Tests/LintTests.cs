using Fireball.TestSupport;

namespace Fireball.Contract.Tests;

/// <summary>tools/lint-protos, which holds the rules that keep the contract usable from every language.</summary>
public sealed class LintTests
{
    [RequiresFact("protoc", "/usr/lib/python3/dist-packages/google/protobuf/__init__.py")]
    public async Task The_protos_keep_the_rules()
    {
        Command.Outcome lint = await Command.RunAsync(Path.Combine(Repository.Root!, "tools/lint-protos"), []);
        Assert.True(lint.ExitCode == 0, lint.Output + lint.Error);
    }

    /// <summary>Each rule of the lint, broken once.</summary>
    [RequiresTheory("protoc", "/usr/lib/python3/dist-packages/google/protobuf/__init__.py")]
    [InlineData("message M { uint32 errno = 1; }", "broken.v1.M.errno: a keyword or macro")]
    [InlineData("message M { bytes stdin = 1; }", "broken.v1.M.stdin: a keyword or macro")]
    [InlineData("message M { uint64 timeout_ms = 1; }", "broken.v1.M.timeout_ms: a time is")]
    [InlineData("message M { bool camelCase = 1; }", "broken.v1.M.camelCase: not lower_snake_case")]
    [InlineData("enum Kind { NONE = 0; }", "broken.v1.Kind: 0 is NONE")]
    [InlineData("enum Kind { KIND_UNSPECIFIED = 0; OTHER = 1; }", "broken.v1.Kind: OTHER lacks the prefix KIND_")]
    [InlineData("message M {} service S { rpc A(M) returns (M); }", "broken.v1.S: does not end in Service")]
    [InlineData("message M {} service SService { rpc A(M) returns (M); }", "broken.v1.SService.A: M is not ARequest")]
    [InlineData("", "no option go_package")]
    public async Task The_lint_finds(string text, string problem)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["broken/v1"]);
        directory.Write("broken/v1/broken.proto", $"syntax = \"proto3\"; package broken.v1; {text}");
        Command.Outcome lint = await Command.RunAsync(Path.Combine(Repository.Root!, "tools/lint-protos"), [directory.Path]);

        Assert.Equal(1, lint.ExitCode);
        Assert.Contains(problem, lint.Output, StringComparison.Ordinal);
    }
}
