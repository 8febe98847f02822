namespace Fireball.Rpc.Tests;

public sealed class FailureTextTests
{
    [Theory]
    [InlineData("TaskSchedulerException_ctor_DefaultMessage", "TaskSchedulerException")]
    [InlineData("no thread could be started", "TaskSchedulerException: no thread could be started")]
    [InlineData("broken", "TaskSchedulerException: broken")]
    [InlineData("no such_name here", "TaskSchedulerException: no such_name here")]
    public void A_resources_name_is_no_message(string message, string text) =>
        Assert.Equal(text, FailureText.Of(new TaskSchedulerException(message)));
}
