using System.Text;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>What README and docs show is true: every block of YAML parses, every command of a shell block works.</summary>
public sealed partial class DocsTests
{
    public static TheoryData<string> Pages() =>
        ["README.md", "CONTRIBUTING.md", "bench/README.md", .. Directory.EnumerateFiles(Path.Combine(ProjectRoot.Path, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(ProjectRoot.Path, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_yaml_is_a_valid_manifest(string page)
    {
        var wrong = from block in Blocks(page, "yaml")
                    let result = ManifestParser.Parse(Encoding.UTF8.GetBytes(Complete(block.Text)), $"{page}, block at line {block.Line}", Served(block))
                    from diagnostic in result.Diagnostics
                    where diagnostic.Severity == DiagnosticSeverity.Error
                    select diagnostic.ToString();

        wrong.ShouldBeEmpty();
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Pages))]
    public async Task Every_command_of_a_shell_block_works(string page)
    {
        using var repository = ExampleRepository.Create();
        using var cli = new GradientCliHost(repository.Path);
        // Measurements take minutes; what they print is for people to compare.
        foreach (var line in Blocks(page, "sh").Where(block => !block.Info.Contains("no-test", StringComparison.Ordinal)).SelectMany(block => Commands(block.Text)))
        {
            var answer = await ShellLine.RunAsync(line, cli, repository);

            answer.Code.ShouldBe(0, $"{page}: {line}\n{answer.Out}{answer.Error}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(ProjectRoot.Path, page))!;
        var text = File.ReadAllText(Path.Combine(ProjectRoot.Path, page));

        var dead = Link().Matches(text).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains(':') && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(folder, target.Split('#')[0])));

        dead.ShouldBeEmpty();
    }

    // A block may show a part of a manifest: of an experiment, or the experiments alone.
    private static string Complete(string yaml)
    {
        if (yaml.Contains("version:", StringComparison.Ordinal))
        {
            return yaml;
        }

        var whole = yaml.StartsWith("experiments:", StringComparison.Ordinal)
            ? yaml
            : "experiments:\n  example:\n" + string.Concat(yaml.Split('\n').Select(line => $"    {line}\n"));
        return "version: 1\n" + whole + (whole.Contains("command:", StringComparison.Ordinal) ? "" : "    command: \"true\"\n");
    }

    private static ServedKeys Served(DocBlock block) => block.Info.Contains("unserved", StringComparison.Ordinal) ? ServedKeys.All : ServedKeys.ThisBuild;

    private static IEnumerable<string> Commands(string block) => block.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => Comment().Replace(line, ""))
        .Where(line => line.Length > 0);

    private static IEnumerable<DocBlock> Blocks(string page, string language)
    {
        var text = File.ReadAllText(Path.Combine(ProjectRoot.Path, page)).ReplaceLineEndings("\n");
        return Fence().Matches(text)
            .Select(match => new DocBlock(match.Groups[1].Value, match.Groups[2].Value, text[..match.Index].Count(each => each == '\n') + 1))
            .Where(block => block.Info.Split(' ')[0] == language);
    }

    [GeneratedRegex(@"^```([^\n]*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(^|\s)#\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    private sealed record DocBlock(string Info, string Text, int Line);
}
