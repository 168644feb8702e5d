using System.Collections.Immutable;
using GradientCI.Runner.Manifests.Templates;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests;

/// <summary>What the templates of a command stand for in one trial.</summary>
/// <param name="Parameters">Fixed and searched hyperparameters; a conditional one that does not exist is absent.</param>
/// <param name="Seed"><c>${{ seed }}</c>.</param>
/// <param name="Trial"><c>${{ trial }}</c>, the trial's number.</param>
/// <param name="Sha"><c>${{ sha }}</c>, the commit's full name.</param>
public sealed record TemplateValues(ParameterSet Parameters, int Seed, int Trial, string Sha);

/// <summary>Puts a trial's values into its command.</summary>
public static class CommandTemplate
{
    /// <summary>
    /// Replaces every template. In the shell form values are quoted, so that none of them can be read as anything but
    /// a word; in the list form they are put in as they are, and <c>${{ args }}</c> becomes several words.
    /// </summary>
    /// <remarks>A name that <paramref name="values"/> has no parameter for is an empty word.</remarks>
    /// <exception cref="GradientException">The command has a template that the manifest parser refuses.</exception>
    public static CommandSpec Expand(CommandSpec command, TemplateValues values)
    {
        if (command.Words.Select(word => Problem(command, Template.Parse(word))).FirstOrDefault(problem => problem is not null) is { } refused)
        {
            throw new GradientException(FailureKind.Usage, $"The command has a template that cannot be used: {refused.Message}.", refused.Suggestion);
        }

        return command with
        {
            Words = [.. command.Words.SelectMany(word => command.IsShell ? [ExpandLine(Template.Parse(word), values)] : ExpandWord(Template.Parse(word), values))],
        };
    }

    /// <summary>What is wrong with the templates of a word or line, or null.</summary>
    internal static TemplateProblem? Problem(CommandSpec command, Template template)
    {
        if (template.Slots.IsEmpty)
        {
            return null;
        }

        var refusals = command.IsShell ? ShellLine.Refusals(template) : new Dictionary<int, string>();
        foreach (var slot in template.Slots)
        {
            var written = Excerpt.Of(template.Text[slot.Start..slot.End]);
            if (slot.Name.Length == 0)
            {
                var rest = template.Text[slot.Start..];
                return new TemplateProblem(DiagnosticCode.Template, $"{Excerpt.Of(rest)} is not a template", "write ${{ name }} with one name between the braces");
            }

            if (refusals.TryGetValue(slot.Start, out var place))
            {
                return new TemplateProblem(
                    DiagnosticCode.TemplateQuoting, $"{written} stands {place}",
                    $"values are quoted already: write it outside, or use \"${VariableOf(slot.Name)}\"");
            }

            if (slot.Name == "args" && !(command.IsShell ? template.IsWord(slot) : slot.Start == 0 && slot.End == template.Text.Length))
            {
                return new TemplateProblem(DiagnosticCode.TemplateArgs, $"{written} is part of a word", "put spaces around it, or make it an item of its own");
            }
        }

        return null;
    }

    private static string VariableOf(string name) => name switch
    {
        "seed" or "trial" or "sha" => $"GRADIENT_{name.ToUpperInvariant()}",
        "args" => "GRADIENT_PARAMS",
        _ => $"PARAM_{name.ToUpperInvariant()}",
    };

    private static string ExpandLine(Template line, TemplateValues values) => line.Fill(slot =>
    {
        var next = slot.End < line.Text.Length ? line.Text[slot.End] : ' ';
        return slot.Name == "args"
            ? string.Join(' ', values.Parameters.Select(item => $"--{item.Key} {PosixQuoting.Quote(item.Value.ToString(), next)}"))
            : PosixQuoting.Quote(ValueOf(slot.Name, values), next);
    });

    private static ImmutableArray<string> ExpandWord(Template word, TemplateValues values) =>
        word.Slots is [{ Name: "args" }] ? [.. values.Parameters.SelectMany(item => new[] { $"--{item.Key}", item.Value.ToString() })] : [word.Fill(slot => ValueOf(slot.Name, values))];

    private static string ValueOf(string name, TemplateValues values) => name switch
    {
        "seed" => values.Seed.ToString(),
        "trial" => values.Trial.ToString(),
        "sha" => values.Sha,
        _ => values.Parameters[name]?.ToString() ?? "",
    };
}

/// <summary>Why a template cannot be used.</summary>
internal sealed record TemplateProblem(DiagnosticCode Code, string Message, string Suggestion);
