namespace GradientCI.Runner.Tests.Manifests;

/// <summary>Files of this repository, and goldens: run the tests with UPDATE_GOLDEN=1 to write them anew.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string TestFolder => Path.Combine(Root, "tests", "GradientCI.Runner.Tests", "Manifests");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Holds a text against a golden file of the working tree.</summary>
    public static void ShouldMatchGolden(string actual, string goldenPath)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(goldenPath, actual);
        }

        File.Exists(goldenPath).ShouldBeTrue($"{goldenPath} is missing");
        actual.ShouldBe(File.ReadAllText(goldenPath));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "GradientCI.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
