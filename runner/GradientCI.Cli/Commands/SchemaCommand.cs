using System.CommandLine;
using GradientCI.Runner.Manifests;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci schema</c>: the JSON Schema of the manifest, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("schema", "Print the JSON Schema of .gradient.yml, for editors.");
        command.SetAction(_ =>
        {
            terminal.Out.WriteLine(ManifestSchema.ToJson());
            return ExitCodes.Done;
        });
        return command;
    }
}
