using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Manifests.Keys;
using GradientCI.Runner.Manifests.Shapes;

namespace GradientCI.Runner.Tests.Manifests;

public sealed partial class DocumentationTests
{
    private const string Page = "docs/gradient-yml.md";

    public static TheoryData<string> Blocks => [.. Block.Matches(RepositoryFiles.Read(Page)).Select(match => match.Value)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Every_YAML_block_is_a_manifest(string block)
    {
        var (kind, text) = (Block.Match(block).Groups["kind"].Value, Block.Match(block).Groups["text"].Value);

        var served = Yaml.Parse(text, ServedKeys.ThisBuild);
        var whole = Yaml.Parse(text);

        whole.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        served.HasErrors.ShouldBe(kind == " unserved");
        served.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).ShouldAllBe(one => one.Code == "GCI0200");
    }

    [Fact]
    public void The_table_of_keys_is_that_of_the_parser() => ShouldHold("keys", ManifestReference.KeysToMarkdown());

    [Fact]
    public void The_table_of_diagnostics_is_that_of_the_code() => ShouldHold("codes", ManifestReference.CodesToMarkdown());

    [Fact]
    public void Every_denied_variable_is_named()
    {
        var page = RepositoryFiles.Read(Page);

        Names.DeniedVariables.Concat(Names.DeniedPrefixes).ShouldAllBe(name => page.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Fact]
    public void Codes_are_unique_and_their_number_says_how_grave_they_are()
    {
        DiagnosticCode.All.DistinctBy(code => code.Id, StringComparer.Ordinal).Count().ShouldBe(DiagnosticCode.All.Length);
        DiagnosticCode.All.ShouldAllBe(code => IdForm.IsMatch(code.Id) && code.Meaning.Length > 20);
        DiagnosticCode.All.Where(code => code.Id.StartsWith("GCI01", StringComparison.Ordinal)).ShouldAllBe(code => code.Severity == DiagnosticSeverity.Warning);
    }

    [Fact]
    public void Every_unserved_key_is_a_key()
    {
        var keys = ExperimentKeys.Settings.KeysUnder("").Select(key => key.Path);

        UnservedKeys.All.Select(unserved => unserved.Path).Except(keys, StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static void ShouldHold(string marker, string table)
    {
        var path = Path.Combine(RepositoryFiles.Root, Page);
        var page = File.ReadAllText(path);
        var (begin, end) = ($"<!-- {marker} -->\n", $"<!-- /{marker} -->");
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = page.IndexOf(end, StringComparison.Ordinal);

        RepositoryFiles.ShouldMatchGolden(page[..from] + table + page[to..], path);
    }

    [GeneratedRegex("^```yaml(?<kind> unserved)?\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Block { get; }

    [GeneratedRegex(@"\AGCI0[0-9]{3}\z", RegexOptions.None, 10_000)]
    private static partial Regex IdForm { get; }
}
