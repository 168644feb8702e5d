using GradientCI.Runner.Manifests;

namespace GradientCI.Runner.Tests.Manifests;

/// <summary>Each <c>Cases/NAME.yml</c> has its diagnostics in <c>Cases/NAME.golden</c>.</summary>
public sealed class BadManifestTests
{
    public static TheoryData<string> Cases => [.. Directory.GetFiles(Path.Combine(RepositoryFiles.TestFolder, "Cases"), "*.yml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bad_manifest_gets_the_diagnostics_of_its_golden(string name)
    {
        var folder = Path.Combine(RepositoryFiles.TestFolder, "Cases");

        var result = ManifestParser.Parse(File.ReadAllBytes(Path.Combine(folder, $"{name}.yml")), $"{name}.yml");

        RepositoryFiles.ShouldMatchGolden(
            string.Concat(result.Diagnostics.Select(diagnostic => $"{diagnostic}\n    at {diagnostic.KeyPath}\n")), Path.Combine(folder, $"{name}.golden"));
    }

    [Fact]
    public void Every_code_that_a_text_can_cause_is_in_a_case()
    {
        var shown = string.Concat(Directory.GetFiles(Path.Combine(RepositoryFiles.TestFolder, "Cases"), "*.golden").Select(File.ReadAllText));

        var missing = DiagnosticCode.All.Select(code => code.Id).Where(id => !shown.Contains(id, StringComparison.Ordinal));

        // Too large, more than a hundred and merged too large are generated elsewhere.
        missing.ShouldBe(["GCI0001", "GCI0009", "GCI0021"]);
    }

    [Fact]
    public void Every_golden_has_its_case()
    {
        var folder = Path.Combine(RepositoryFiles.TestFolder, "Cases");

        Directory.GetFiles(folder, "*.golden").Select(Path.GetFileNameWithoutExtension)
            .ShouldBe(Directory.GetFiles(folder, "*.yml").Select(Path.GetFileNameWithoutExtension), ignoreOrder: true);
    }
}
