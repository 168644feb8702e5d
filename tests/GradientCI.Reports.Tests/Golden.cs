namespace GradientCI.Reports;

/// <summary>Approved texts in <c>Golden/</c>; <c>UPDATE_GOLDEN=1</c> rewrites them, for a person to read the difference.</summary>
internal static class Golden
{
    public static readonly string Root = FindRoot();

    public static void ShouldBeApproved(this string text, string name)
    {
        var path = Path.Combine(Root, "tests", "GradientCI.Reports.Tests", "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        text.ShouldBe(File.ReadAllText(path), $"{name}: run with UPDATE_GOLDEN=1 if the new text is right");
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "GradientCI.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("There is no GradientCI.sln above the tests.");
        }

        return folder;
    }
}
