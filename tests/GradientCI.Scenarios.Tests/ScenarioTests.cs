namespace GradientCI.Scenarios.Tests;

/// <summary>
/// Each folder of tests/scenarios is a manifest, a script of what its trials do, and what must come of it. With earlier.yml, a run of that
/// manifest has ended before.
/// </summary>
public sealed class ScenarioTests
{
    private static readonly string Folder = FindFolder();

    public static TheoryData<string> Names() => [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task A_scenario_comes_to_what_is_expected(string name)
    {
        var expected = Path.Combine(Folder, name, "expected.json");
        await using var stage = await Stage.SetAsync(
            await File.ReadAllTextAsync(Path.Combine(Folder, name, ".gradient.yml")), await File.ReadAllTextAsync(Path.Combine(Folder, name, "script.json")));

        if (Path.Combine(Folder, name, "earlier.yml") is var earlier && File.Exists(earlier))
        {
            await stage.DriveAsync(await stage.PlanAsync(Stage.ReadSpec(await File.ReadAllTextAsync(earlier))));
        }

        var run = await stage.DriveAsync(await stage.PlanAsync());
        var outcome = ScenarioOutcome.Of(await stage.SnapshotAsync(run));

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(expected, outcome);
        }

        outcome.ShouldBe(await File.ReadAllTextAsync(expected));
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder!.FullName, "tests", "scenarios")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "tests", "scenarios");
    }
}
