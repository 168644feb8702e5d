using System.CommandLine;
using GradientCI.Cli.Runs;

namespace GradientCI.Cli.Commands;

/// <summary>The options of every command that runs trials.</summary>
internal sealed class RunnerSwitches
{
    private readonly Option<string> _executor = new("--executor")
    {
        Description = "Where trials run",
        HelpName = "NAME",
        DefaultValueFactory = _ => RunnerOptions.Default.Executor,
    };

    private readonly Option<int?> _parallel = new("--parallel") { Description = "Trials at once [default: one per core]", HelpName = "N" };

    private readonly Option<int?> _gpus = new("--gpus") { Description = "GPUs of this machine [default: what nvidia-smi lists]", HelpName = "N" };

    public RunnerSwitches()
    {
        AtLeast(_parallel, 1);
        AtLeast(_gpus, 0);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_executor);
        command.Add(_parallel);
        command.Add(_gpus);
    }

    /// <summary>What was typed.</summary>
    public RunnerOptions Read(ParseResult parsed) =>
        new(parsed.GetRequiredValue(_executor), parsed.GetValue(_parallel), parsed.GetValue(_gpus));

    private static void AtLeast(Option<int?> option, int least) => option.Validators.Add(result =>
    {
        if (result.GetValue(option) < least)
        {
            result.AddError($"{option.Name} must be at least {least}.");
        }
    });
}
