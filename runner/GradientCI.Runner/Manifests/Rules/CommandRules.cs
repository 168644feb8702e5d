using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Templates;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Rules;

/// <summary>There is a command, its templates can be filled, and there are templates nowhere else.</summary>
internal static class CommandRules
{
    public static void Check(ExperimentSpec spec, YamlMapping experiment, Reading reading)
    {
        if (experiment["command"] is not { } command)
        {
            reading.Report(DiagnosticCode.MissingKey, experiment, "an experiment needs the key `command`", "add command: python train.py ${{ args }}");
        }
        else
        {
            CheckCommand(spec, experiment, command, reading.At("command"));
        }

        foreach (var (key, value) in experiment.Entries.Where(entry => entry.Key.Text != "command"))
        {
            RefuseTemplates(value, reading.At(key.Text));
        }
    }

    private static void CheckCommand(ExperimentSpec spec, YamlMapping experiment, YamlNode command, Reading reading)
    {
        // The names are those of the file: a parameter whose domain is wrong is not unknown as well.
        var names = experiment.NamesUnder("parameters").Concat(experiment.NamesUnder("sweep", "parameters")).Concat(Names.TemplateWords)
            .ToHashSet(StringComparer.Ordinal);
        var conditional = spec.Sweep.Space.Parameters.Where(parameter => !parameter.When.IsEmpty).Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);

        for (var index = 0; index < spec.Command.Words.Length; index++)
        {
            var node = command is YamlSequence list ? list.Items[index] : command;
            var template = Template.Parse(spec.Command.Words[index]);
            if (CommandTemplate.Problem(spec.Command, template) is { } problem)
            {
                reading.Report(problem.Code, node, problem.Message, problem.Suggestion);
            }

            foreach (var name in template.Slots.Select(slot => slot.Name).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal))
            {
                if (!names.Contains(name))
                {
                    reading.Report(DiagnosticCode.TemplateName, node, $"{Excerpt.Of(name)} is not a parameter of this experiment", () => Spelling.Suggest(name, names));
                }
                else if (conditional.Contains(name))
                {
                    reading.Report(
                        DiagnosticCode.EmptyTemplate, node, $"{Excerpt.Of(name)} does not exist in every trial; then its template is an empty word",
                        "${{ args }} leaves it out");
                }
            }
        }
    }

    private static void RefuseTemplates(YamlNode node, Reading reading)
    {
        switch (node)
        {
            case YamlScalar scalar when Template.IsIn(scalar.Text):
                reading.Report(DiagnosticCode.TemplatePlace, scalar, "templates work in `command` only", "use the trial's variables: $PARAM_NAME, $GRADIENT_SEED, $GRADIENT_SHA");
                break;
            case YamlSequence list:
                foreach (var item in list.Items)
                {
                    RefuseTemplates(item, reading);
                }

                break;
            case YamlMapping mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    RefuseTemplates(value, reading.At(key.Text));
                }

                break;
        }
    }
}
