using System.Collections.Immutable;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The keys of an experiment, which are also those of <c>defaults</c>.</summary>
internal static class ExperimentKeys
{
    private const int LongestCommand = 16_384;

    private static readonly Shape<CommandSpec> Command = new Forms<CommandSpec>(
        scalar: Scalars.Text("a shell line", LongestCommand).Select(line => new CommandSpec([line], IsShell: true)),
        list: new ListShape<string>(Scalars.Verbatim, 1_000, 1, mayRepeat: true).Select(words => new CommandSpec(words, IsShell: false)));

    private static readonly Shape<SetupKeys> Setup = new Forms<SetupKeys>(
        scalar: Scalars.Text("a shell line", LongestCommand).Select(line => new SetupKeys(line, [])),
        map: new Table<SetupKeys>("`setup`", () => new SetupKeys("", []))
            .Key("run", Scalars.Text("a shell line", LongestCommand), "The line itself.", (setup, line) => setup with { Run = line }, isRequired: true)
            .Key("files", Paths.Globs, "The files of the commit that a container's setup gets; it runs again when one of them changes.", (setup, globs) => setup with { Files = globs }, "those of `inputs`"));

    public static readonly Table<ExperimentSpec> Settings = new Table<ExperimentSpec>("an experiment", () => new ExperimentSpec { Name = "", Command = new CommandSpec([], IsShell: false) })
        .Key("description", Scalars.Text("a text", 1_000), "For people.", (spec, text) => spec with { Description = text })
        .Key("on", TriggerKeys.On, "When a commit becomes a run. What is given replaces the default.", (spec, on) => spec with { On = on }, "`[push, pull_request]`")
        .Key("baseline", Scalars.OneOf(("reuse", BaselineMode.Reuse), ("run", BaselineMode.Run)), "`reuse`: compare with the base commit's run if there is one; `run`: run it too when there is none.", (spec, mode) => spec with { Baseline = mode }, "`reuse`")
        .Key("cancel-superseded", Scalars.Boolean, "Whether a newer commit of the same branch or pull request cancels this one's unfinished trials.", (spec, cancels) => spec with { CancelSuperseded = cancels }, "`false`")
        .Key("image", MachineKeys.Image, "The container image that the trial runs in. Without `image` and `build` it runs on the host.", (spec, image) => spec with { Image = image })
        .Key("build", MachineKeys.Build, "How to build the image from the commit instead.", (spec, build) => spec with { Build = build })
        .Key("setup", Setup, "Runs before the command: once for all trials in a container, whose image keeps the result; before each trial on the host.", (spec, setup) => spec with { Setup = setup.Run, SetupFiles = setup.Files })
        .Key("command", Command, "What a trial executes: a text for `/bin/sh -c`, or a list of words without a shell. Takes templates. Required, here or in `defaults`.", (spec, command) => spec with { Command = command }, "required")
        .Key("workdir", Paths.Relative, "The folder that the command starts in.", (spec, path) => spec with { Workdir = path }, "`.`")
        .Key("env", MachineKeys.Environment, "Variables for the trial.", (spec, env) => spec with { Env = env })
        .Key("secrets", new ListShape<NamedSecret>(MachineKeys.Secret, 50), "Secrets that the server holds, each in the variable of its name; `{NAME: file}`: the variable holds the path of a file with it.", (spec, named) => spec with { Secrets = MachineKeys.NamesOf(named, asFile: false), SecretFiles = MachineKeys.NamesOf(named, asFile: true) })
        .Key("resources", MachineKeys.Resources, "What one trial needs of the machine.", (spec, needs) => spec with { Resources = needs })
        .Key("nodes", MachineKeys.Nodes, "Distributed training: one gang of machines per trial.", (spec, nodes) => spec with { Nodes = nodes })
        .Key("timeout", Quantities.Duration, "The longest that one attempt may take; then SIGTERM, 30 s, SIGKILL.", (spec, limit) => spec with { Timeout = limit }, "none")
        .Key("retries", MachineKeys.Retries, "Which ends of an attempt are tried again.", (spec, retries) => spec with { Retries = retries }, "none")
        .Key("inputs", Paths.Globs, "The files that the result depends on. A trial whose inputs, command and parameters equal an earlier one's takes its result over.", (spec, globs) => spec with { Inputs = globs }, "the whole tree")
        .Key("cache", Scalars.Boolean, "Whether an equal earlier result may stand in. `false`: every trial is computed.", (spec, isCached) => spec with { Cache = isCached }, "`true`")
        .Key("artifacts", Paths.Globs, "What is kept of the workspace, beside `$GRADIENT_ARTIFACTS`.", (spec, globs) => spec with { Artifacts = globs })
        .Key("datasets", MachineKeys.Datasets, "Data sets that the server offers, read-only, and where a container has them; everywhere they are in `$GRADIENT_DATASETS` by name.", (spec, sets) => spec with { Datasets = sets })
        .Key("ports", new ListShape<int>(Scalars.Count(1, 65_535), 20), "Ports reachable through the service while the trial runs.", (spec, ports) => spec with { Ports = ports })
        .Key("parameters", new MapShape<ParameterValue>(Names.Parameter, Scalars.Value, SweepKeys.MostParameters).Select(items => new ParameterSet(items)), "Fixed hyperparameters.", (spec, set) => spec with { Parameters = set })
        .Key("sweep", SweepKeys.Sweep, "The search.", (spec, sweep) => spec with { Sweep = sweep })
        .Key("objective", ResultKeys.Objectives, "What is optimised; a list of several is a Pareto front.", (spec, objectives) => spec with { Objectives = objectives })
        .Key("constraints", ResultKeys.Constraints, "Intervals by metric; a trial that breaks one is shown, and never best.", (spec, constraints) => spec with { Constraints = constraints })
        .Key("metrics", ResultKeys.Metrics, "Where metrics come from beside the JSON lines that a trial prints.", (spec, metrics) => spec with { Metrics = metrics })
        .Key("checks", ResultKeys.Checks, "The gates by metric: an interval, or a map.", (spec, checks) => spec with { Checks = checks })
        .Key("report", ResultKeys.Report, "What the report shows.", (spec, report) => spec with { Report = report })
        .OneOf(isNeeded: false, "image", "build");
}

/// <summary>What is written under <c>setup</c>.</summary>
/// <param name="Run">The shell line.</param>
/// <param name="Files">Globs of what it needs.</param>
internal sealed record SetupKeys(string Run, ImmutableArray<string> Files);
