namespace GradientCI.Cli.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class ProjectRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder!.FullName, "GradientCI.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
