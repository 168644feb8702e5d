using System.Collections.Immutable;
using GradientCI.Runner.Manifests.Rules;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The keys under <c>sweep</c>.</summary>
internal static class SweepKeys
{
    /// <summary>The most searched parameters.</summary>
    public const int MostParameters = 100;

    private const int MostConditions = 16;

    // More than this many values are a range of integers, and conditions on them stay cheap to check.
    private const int MostChoices = 200;

    private static readonly Shape<ImmutableArray<ParameterValue>> Choices = new ListShape<ParameterValue>(Scalars.Value, MostChoices, 1);

    private static readonly Shape<ImmutableArray<ParameterValue>> OneOrSeveral =
        new Forms<ImmutableArray<ParameterValue>>(Scalars.Value.Select(value => ImmutableArray.Create(value)), Choices);

    private static readonly Shape<DomainDraft> Domain = new Forms<DomainDraft>(
        list: Choices.Select(values => new DomainDraft { Choice = values }),
        map: new Table<DomainDraft>("a parameter's domain", () => new())
            .Key("float", new ListShape<double>(Scalars.Number(), 2, 2, mayRepeat: true), "Lower and upper bound, both included.", (draft, bounds) => draft with { Float = bounds })
            .Key("int", new ListShape<long>(Scalars.Integer(long.MinValue, long.MaxValue), 2, 2, mayRepeat: true), "Lower and upper bound, both included.", (draft, bounds) => draft with { Int = bounds })
            .Key("choice", Choices, "The values; as a list alone, but together with `when`.", (draft, values) => draft with { Choice = values })
            .Key("scale", ScaleWord, "How distances are measured; `log` needs a lower bound above 0.", (draft, scale) => draft with { Scale = scale }, "`linear`")
            .Key("step", Scalars.Positive, "Distance between neighbours, from the lower bound on.", (draft, step) => draft with { Step = step }, "`int`: 1; `float`: none")
            .Key("when", new MapShape<ImmutableArray<ParameterValue>>(Names.Parameter, OneOrSeveral, MostConditions, 1), "The parameter exists only while each of these searched parameters has the value, or one of the values.", (draft, when) => draft with { When = when })
            .OneOf(isNeeded: true, "float", "int", "choice"))
    {
        Hint = "one value is fixed: put it under `parameters` of the experiment, or write it as a list",
    };

    public static readonly Shape<SearchSpace> Space =
        new MapShape<ParsedDomain>(Names.Parameter, Domain.Then<ParsedDomain>(DomainDraft.TryFinish), MostParameters).Then<SearchSpace>(ConditionRules.TryOrder);

    public static readonly Shape<SweepSpec> Sweep = new Table<SweepSpec>("`sweep`", () => new())
        .Key("parameters", Space, "The search space.", (sweep, space) => sweep with { Space = space })
        .Key("sampler", Scalars.OneOf("auto", "grid", "random", "sobol", "tpe", "cma-es", "gp", "nsga2"), "Who proposes the next trial. `auto`: the grid when the space is finite and no larger than `max-trials`, else `gp` or `tpe` (`nsga2` for many sets of several objectives), or `sobol` where nothing can be learned.", (sweep, name) => sweep with { Sampler = name }, "`auto`")
        .Key("warm-start", Scalars.Boolean, "Whether the search learns from earlier runs of the experiment, as far as they fit.", (sweep, isWarm) => sweep with { WarmStart = isWarm }, "`false`")
        .Key("max-trials", Scalars.Count(1, SweepSpec.TrialLimit), "The most parameter sets; each is run `repeats` times.", (sweep, most) => sweep with { MaxTrials = most }, "all of a finite space")
        .Key("parallel", Scalars.Count(1, SweepSpec.TrialLimit), "The most trials at once.", (sweep, most) => sweep with { Parallel = most }, "all slots")
        .Key("repeats", Scalars.Count(1, 1_000), "Trials per parameter set, each with a seed of its own.", (sweep, repeats) => sweep with { Repeats = repeats }, "`1`")
        .Key("seed", Scalars.Integer(long.MinValue, long.MaxValue), "The sampler's seed: the same commit and seed propose the same trials.", (sweep, seed) => sweep with { Seed = seed }, "`0`")
        .Key("pruner", PrunerKeys.Pruner, "How unpromising trials are ended.", (sweep, pruner) => sweep with { Pruner = pruner }, "`none`")
        .Key("stop", Stop, "What ends the sweep early, whichever comes first.", (sweep, stop) => sweep with { Stop = stop });

    /// <summary>The word after <c>scale</c>.</summary>
    public static Shape<Scale> ScaleWord => Scalars.OneOf(("linear", Scale.Linear), ("log", Scale.Log));

    private static Table<StopSpec> Stop => new Table<StopSpec>("`stop`", () => new())
        .Key("after", Quantities.Duration, "Time since the run's start.", (stop, after) => stop with { After = after })
        .Key("gpu-hours", Scalars.Positive, "GPU hours of all trials together.", (stop, hours) => stop with { GpuHours = hours })
        .Key("target", Scalars.Number(), "A value of the objective, of several the first, that is good enough.", (stop, target) => stop with { Target = target })
        .Key("patience", Scalars.Count(1, SweepSpec.TrialLimit), "Parameter sets without a new best; of several objectives, without one that is new on the front.", (stop, sets) => stop with { Patience = sets });
}
