using System.CommandLine;
using GradientCI.Runner.Git;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci init</c>: a first manifest to edit.</summary>
internal static class InitCommand
{
    private const string Template = """
        # What happens with a commit of this repository. All keys: docs/gradient-yml.md of GradientCI;
        # check this file with: gradientci validate
        version: 1

        experiments:
          train:
            # Every ${{ name }} is a parameter below. Print metrics as JSON lines, for example from Python:
            #   print(json.dumps({"metrics": {"val_acc": 0.93}, "step": epoch}))
            command: python3 train.py --lr ${{ lr }}
            sweep:
              parameters:
                lr: [0.01, 0.1, 1.0]
            objective: { maximize: val_acc }

        """;

    public static Command Create(Terminal terminal)
    {
        var repository = GlobalOptions.Repository();
        var force = new Option<bool>("--force") { Description = "Replace a manifest that is there" };
        var command = new Command("init", "Write a first .gradient.yml into the repository.") { repository, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            var folder = open.WorkTree ?? throw new GradientException(
                FailureKind.Usage, $"{open.Location} is a bare repository: there is no folder to write into.", "Run init in a clone of it.");
            var path = Path.Combine(folder, GitRepository.ManifestPath);
            if (Path.Exists(path) && !parsed.GetValue(force))
            {
                throw new GradientException(FailureKind.Usage, $"{path} is already there.", "Edit it, or replace it with --force.");
            }

            await File.WriteAllTextAsync(path, Template, cancellationToken);
            terminal.Out.WriteLine($"Wrote {path}");
            terminal.Out.WriteLine("Next: edit its command and parameters, then");
            terminal.Out.WriteLine("  gradientci validate && git add .gradient.yml && git commit -m \"Describe the experiment\" && gradientci run");
            return ExitCodes.Done;
        });
        return command;
    }
}
