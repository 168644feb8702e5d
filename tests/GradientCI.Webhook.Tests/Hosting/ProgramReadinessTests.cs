using GradientCI.Testing;
using GradientCI.Webhook.Hosting;

namespace GradientCI.Webhook.Tests.Hosting;

public sealed class ProgramReadinessTests
{
    [Fact]
    public async Task Programs_that_are_there_are_no_problem() =>
        (await new ProgramReadiness("executor", "/bin/sh").CheckAsync(default)).ShouldBeNull();

    [Fact]
    public async Task A_program_that_is_missing_or_no_program_is_named()
    {
        using var folder = new TemporaryFolder();
        var text = folder.Write("sh", "no program");
        File.SetUnixFileMode(text, UnixFileMode.UserRead);

        (await new ProgramReadiness("executor", "/bin/sh", folder["gone"]).CheckAsync(default)).ShouldBe($"{folder["gone"]} is missing, or may not be executed.");
        (await new ProgramReadiness("executor", text).CheckAsync(default)).ShouldNotBeNull();
    }
}
