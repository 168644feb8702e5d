using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>Changed files, in words and in the order in which they matter.</summary>
internal static class Changes
{
    /// <summary>Most lines first, then by path.</summary>
    public static ImmutableArray<FileChange> BySize(ImmutableArray<FileChange> files) =>
        [.. files.OrderByDescending(file => (long)(file.Added ?? 0) + (file.Deleted ?? 0)).ThenBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary><c>3 files, +45 −12 lines</c>.</summary>
    public static string Summary(ImmutableArray<FileChange> files) =>
        $"{(files.Length == 1 ? "1 file" : $"{files.Length:N0} files")}, +{files.Sum(file => (long)(file.Added ?? 0)):N0} −{files.Sum(file => (long)(file.Deleted ?? 0)):N0} lines";

    /// <summary><c>+45 −12</c>, or <c>binary</c>.</summary>
    public static string Lines(FileChange file) => file is { Added: { } added, Deleted: { } deleted } ? $"+{added:N0} −{deleted:N0}" : "binary";

    /// <summary>The value before, for people.</summary>
    public static string Before(ValueChange change) => change.Before ?? "(absent)";

    /// <summary>The value now, for people.</summary>
    public static string After(ValueChange change) => change.After ?? "(absent)";
}
