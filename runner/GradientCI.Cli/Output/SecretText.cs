using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Stores;

namespace GradientCI.Cli.Output;

/// <summary>Which secrets there are, for people and for scripts.</summary>
internal static class SecretText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Table(IReadOnlyCollection<SealedSecret> secrets)
    {
        if (secrets.Count == 0)
        {
            return "No secrets. Set one with: gradientci secret set NAME --from-file FILE\n";
        }

        var table = new TextTable("NAME", "PROJECT", "SET (UTC)", "BY");
        foreach (var secret in secrets)
        {
            table.Add(secret.Name, secret.Project?.Value ?? "every", $"{secret.SetAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}", Plain.Fit(secret.SetBy, 40));
        }

        return table.ToString();
    }

    /// <summary><c>gradientci/secrets/1</c>, documented in <c>docs/secrets.md</c>.</summary>
    public static string Json(IEnumerable<SealedSecret> secrets) => new JsonObject
    {
        ["schema"] = "gradientci/secrets/1",
        ["secrets"] = new JsonArray([.. secrets.Select(secret => new JsonObject
        {
            ["name"] = secret.Name,
            ["project"] = secret.Project?.Value,
            ["set_at"] = secret.SetAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            ["set_by"] = secret.SetBy,
            ["key"] = secret.KeyId,
        })]),
    }.ToJsonString(Indented) + "\n";
}
