using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Specs;

namespace GradientCI.Cli.Repeat;

/// <summary>Recipes as JSON, schema <c>gradientci/repeat/1</c>.</summary>
internal static class RecipeJson
{
    private const string Schema = "gradientci/repeat/1";
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static string Write(Recipe recipe) => JsonWriting.Text(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("run", recipe.Run);
            json.WriteString("project", recipe.Project);
            json.WriteString("commit", recipe.Commit.Value);
            json.WriteString("experiment", recipe.Experiment);
            json.WriteTexts("overrides", recipe.Overrides);
            json.WriteString("image", recipe.Image);
            json.WriteLong("best", recipe.Best);
            json.WriteObjects("trials", recipe.Trials, Write);
            json.WriteEndObject();
        },
        Indented) + "\n";

    /// <summary>Reads what nobody vouches for.</summary>
    /// <exception cref="JsonException">It is no recipe.</exception>
    public static Recipe Read(string text) => JsonFields.Read(text, json => json.Text("schema", "") != Schema
        ? throw new JsonException($"its schema is not {Schema}")
        : new Recipe
        {
            Run = json.Text("run", ""),
            Project = json.Text("project", ""),
            Commit = Commit(json.Text("commit", "")),
            Experiment = json.Text("experiment", ""),
            Overrides = json.Texts("overrides"),
            Image = json.Text("image", ""),
            Best = json.Int("best"),
            Trials = json.Objects("trials", ReadTrial),
        });

    private static void Write(Utf8JsonWriter json, RecipeTrial trial)
    {
        json.WriteNumber("number", trial.Number);
        json.WriteNumber("set", trial.Set);
        json.WriteNumber("repeat", trial.Repeat);
        json.WritePropertyName("parameters");
        json.WriteRawValue(SpecJson.Serialize(trial.Parameters));
        json.WriteNumber("seed", trial.Seed);
        json.WriteString("fingerprint", trial.Fingerprint);
        json.WriteString("state", trial.State);
        json.WriteStartObject("values");
        foreach (var (name, value) in trial.Values)
        {
            json.WriteReal(name, value);
        }

        json.WriteEndObject();
    }

    private static RecipeTrial ReadTrial(JsonFields json) => new(
        json.Int("number") ?? 0,
        json.Int("set") ?? 0,
        json.Int("repeat") ?? 0,
        SpecJson.DeserializeParameters(json.Find("parameters")?.GetRawText() ?? "{}"),
        json.Int("seed") ?? 0,
        json.Text("fingerprint", ""),
        json.Text("state", ""),
        json.Map("values", JsonFields.Real));

    private static CommitSha Commit(string text)
    {
        try
        {
            return new CommitSha(text);
        }
        catch (FormatException problem)
        {
            throw new JsonException("its commit is none", problem);
        }
    }
}
