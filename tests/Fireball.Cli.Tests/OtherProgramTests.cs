namespace Fireball.Cli.Tests;

public sealed class OtherProgramTests
{
    [Theory]
    [InlineData("serve --socket x", "fireball-serve")]
    [InlineData("help serve", "fireball-serve")]
    [InlineData("bench local", "fireball-bench")]
    [InlineData("bench", "fireball-bench")]
    [InlineData("help bench", "fireball-bench")]
    [InlineData("exec serve true", null)]
    [InlineData("help exec", null)]
    [InlineData("help", null)]
    [InlineData("", null)]
    public void A_verb_that_is_a_program_of_its_own_is_found(string arguments, string? file) => Assert.Equal(
        file, Path.GetFileName(OtherProgram.MeantBy(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))?.FilePath));
}
