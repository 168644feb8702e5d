using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

public sealed class HelpTests
{
    private static readonly string[] Names =
        [
            "init", "validate", "schema", "run", "list", "show", "logs", "why", "search", "compare", "report", "cancel", "retry", "worker", "serve", "hook", "approve", "pin", "prune", "backup",
            "restore", "doctor", "demo", "watch", "export", "artifacts", "completion", "dataset", "token", "pause", "drain", "resume", "audit", "project", "secret",
        ];

    public static TheoryData<string> Commands() =>
        [
            "", .. Names, "hook install", "hook uninstall", "hook status", "hook flush", "token add", "token list", "token remove",
            "secret set", "secret list", "secret remove", "secret rotate",
            "dataset add", "dataset list", "dataset show", "dataset remove", "project list", "project add", "project remove", "project set",
        ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_reads_as_approved(string command)
    {
        using var folder = new TemporaryFolder();
        using var cli = new GradientCliHost(folder.Path);
        var golden = Path.Combine(ProjectRoot.Path, "tests", "GradientCI.Cli.Tests", "Help", $"{(command.Length == 0 ? "gradientci" : command.Replace(' ', '-'))}.golden");

        var answer = await cli.TypeAsync(command.Length == 0 ? ["--help"] : [.. command.Split(' '), "--help"]);

        answer.ShouldEndWith(0);
        var text = answer.Out.Replace(System.Diagnostics.Process.GetCurrentProcess().ProcessName, "gradientci", StringComparison.Ordinal).Replace("testhost", "gradientci", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(golden)!);
            await File.WriteAllTextAsync(golden, text);
        }

        text.ShouldBe(await File.ReadAllTextAsync(golden));
    }

    [Fact]
    public void Every_command_has_an_approved_help()
    {
        using var output = new StringWriter();
        var terminal = new Terminal { Out = output, Error = output, Directory = "/", Variable = _ => null };

        CommandLine.Root(terminal).Subcommands.Where(command => !command.Hidden).Select(command => command.Name)
            .ShouldBe(Names, ignoreOrder: true);
    }
}
