using System.Text;
using GradientCI.Runner.Manifests.Keys;
using GradientCI.Runner.Manifests.Shapes;

namespace GradientCI.Runner.Manifests;

/// <summary>The tables of the documentation.</summary>
internal static class ManifestReference
{
    /// <summary>All keys of the file and of an experiment.</summary>
    public static string KeysToMarkdown()
    {
        var table = new StringBuilder("| key | value | default | served | meaning |\n| --- | --- | --- | --- | --- |\n");
        foreach (var key in FileKeys.Top.KeysUnder("").Concat(ExperimentKeys.Settings.KeysUnder("")))
        {
            var unserved = UnservedKeys.All.FirstOrDefault(one => key.Path == one.Path || key.Path.StartsWith(one.Path + ".", StringComparison.Ordinal));
            var served = unserved is null ? "yes" : unserved.What == $"`{unserved.Path}`" ? "not yet" : $"not yet: {unserved.What}";
            table.Append($"| `{key.Path}` | {Cell(key.Shape.Summary)} | {Cell(key.Default ?? "")} | {served} | {Cell(key.Meaning)} |\n");
        }

        return table.ToString();
    }

    /// <summary>All diagnostics.</summary>
    public static string CodesToMarkdown()
    {
        var table = new StringBuilder("| code | | meaning |\n| --- | --- | --- |\n");
        foreach (var code in DiagnosticCode.All)
        {
            table.Append($"| `{code.Id}` | {(code.Severity == DiagnosticSeverity.Error ? "error" : "warning")} | {Cell(code.Meaning)} |\n");
        }

        return table.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
