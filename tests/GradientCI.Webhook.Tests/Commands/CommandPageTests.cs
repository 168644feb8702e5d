using GradientCI.Webhook.Commands;

namespace GradientCI.Webhook.Tests.Commands;

public sealed class CommandPageTests
{
    [Fact]
    public void The_page_tells_of_every_command_as_help_does()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "GradientCI.sln")))
        {
            root = root.Parent;
        }

        var page = File.ReadAllText(Path.Combine(root.FullName, "docs", "pull-requests.md"));

        page.ShouldContain("| command | what it does |\n| --- | --- |\n" + string.Concat(CommandUsage.All.Select(usage => $"| `{usage.Line}` | {usage.Does} |\n")) + "\n");
    }
}
