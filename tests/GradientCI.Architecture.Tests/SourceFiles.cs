using System.Text.RegularExpressions;

namespace GradientCI.Architecture.Tests;

/// <summary>The C# files of the product.</summary>
internal static partial class SourceFiles
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<SourceFile> All() =>
        from folder in (string[])["runner", "reports", "webhook"]
        where Directory.Exists(Path.Combine(Root, folder))
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let text = File.ReadAllText(path)
        let name = NamespaceLine().Match(text)
        where name.Success
        select new SourceFile(
            Path.GetRelativePath(Root, path), name.Groups[1].Value, [.. UsingLine().Matches(text).Select(match => match.Groups[1].Value)], text);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "GradientCI.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?(GradientCI[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}

internal sealed record SourceFile(string Path, string Namespace, IReadOnlyList<string> Usings, string Text);
