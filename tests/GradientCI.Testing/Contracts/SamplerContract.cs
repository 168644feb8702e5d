using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing.Contracts;

/// <summary>What every sampler keeps to. One for finite spaces only says so, and is spared the others.</summary>
public abstract class SamplerContract
{
    private static readonly Objective Accuracy = new("val_acc", Direction.Maximize);

    protected abstract ISampler Sampler { get; }

    protected virtual bool NeedsFiniteSpace => false;

    private IEnumerable<string> Names => Spaces.Keys.Where(name => Spaces[name].IsFinite || !NeedsFiniteSpace);

    private static IEnumerable<string> FiniteNames => Spaces.Keys.Where(name => Spaces[name].IsFinite);

    private static ImmutableSortedDictionary<string, SearchSpace> Spaces { get; } = new Dictionary<string, SearchSpace>(StringComparer.Ordinal)
    {
        ["empty"] = SearchSpace.Empty,
        ["one choice"] = new([Choice("lr", 0.01, 0.1, 1.0)]),
        ["grid"] = new([Choice("lr", 0.01, 0.1), new("hidden", new IntDomain(8, 32, Step: 8), []), new("drop", new FloatDomain(0, 0.5, Step: 0.1), [])]),
        ["skewed"] = new([new("n", new IntDomain(1, 60, Scale.Log), [])]),
        ["extreme"] = new([new("n", new IntDomain(long.MinValue, long.MaxValue), [])]),
        ["conditional"] = new(
        [
            new("optimizer", new ChoiceDomain([ParameterValue.Of("sgd"), ParameterValue.Of("adam"), ParameterValue.Of("none")]), []),
            new("momentum", new FloatDomain(0, 0.75, Step: 0.25), [When("optimizer", "sgd")]),
            new("nesterov", new ChoiceDomain([ParameterValue.Of(true), ParameterValue.Of(false)]), [When("optimizer", "sgd"), new("momentum", [ParameterValue.Of(0.5)])]),
            Choice("lr", 0.01, 0.1),
        ]),
        ["continuum"] = new([new("lr", new FloatDomain(1e-4, 1, Scale.Log), []), new("layers", new IntDomain(1, 4), []), new("drop", new FloatDomain(-1, 1), [])]),
        ["conditional continuum"] = new(
        [
            new("optimizer", new ChoiceDomain([ParameterValue.Of("sgd"), ParameterValue.Of("adam")]), []),
            new("momentum", new FloatDomain(0, 0.99), [When("optimizer", "sgd")]),
        ]),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    [Fact]
    public void Every_proposal_lies_in_the_space_with_exactly_the_active_parameters()
    {
        foreach (var name in Names)
        {
            var proposals = Sweep(Problem(name), 80);

            proposals.ShouldNotBeEmpty(name);
            proposals.ShouldAllBe(set => Spaces[name].Contains(set), name);
        }
    }

    [Fact]
    public void The_same_seed_and_history_give_the_same_proposals()
    {
        foreach (var name in Names)
        {
            var first = Sweep(Problem(name), 40);
            var second = Sweep(Problem(name), 40);

            second.ShouldBe(first, name);
        }
    }

    [Fact]
    public void A_sweep_that_is_continued_from_the_middle_goes_on_as_it_would_have()
    {
        foreach (var name in Names)
        {
            var whole = Sweep(Problem(name), 40);
            var begun = whole.Take(whole.Count / 2).Select((set, at) => Ended(set, at)).ToList();

            var continued = Sweep(Problem(name), 40, begun);

            continued.ShouldBe(whole, name);
        }
    }

    [Fact]
    public void No_set_of_a_finite_space_is_proposed_twice()
    {
        foreach (var name in FiniteNames)
        {
            var proposals = Sweep(Problem(name), 100);

            proposals.Distinct().Count().ShouldBe(proposals.Count, name);
        }
    }

    [Fact]
    public void A_finite_space_is_proposed_to_its_last_point_and_then_the_sampler_ends()
    {
        foreach (var name in FiniteNames)
        {
            var points = Spaces[name].CountPoints(100);
            var expected = (int)Math.Min(points, 100);

            var proposals = Sweep(Problem(name), 100);

            proposals.Count.ShouldBe(expected, name);
        }
    }

    [Fact]
    public void Running_trials_without_values_are_fine()
    {
        foreach (var name in Names)
        {
            var history = new History();
            for (var at = 0; at < 5 && Sampler.Propose(Problem(name), history) is { } set; at++)
            {
                history.Add(new Observation(set, null, HasEnded: false));
            }

            history.ShouldNotBeEmpty(name);
            history.ShouldAllBe(observation => Spaces[name].Contains(observation.Parameters), name);
        }
    }

    [Fact]
    public void Values_that_are_not_finite_are_fine()
    {
        foreach (var name in Names)
        {
            double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e308, -1e308];
            var history = new History();
            for (var at = 0; at < 20 && Sampler.Propose(Problem(name), history) is { } set; at++)
            {
                history.Add(new Observation(set, values[at % values.Length], HasEnded: true));
            }

            history.ShouldNotBeEmpty(name);
            history.ShouldAllBe(observation => Spaces[name].Contains(observation.Parameters), name);
        }
    }

    [Fact]
    public void A_sweep_without_an_objective_is_fine()
    {
        foreach (var name in Names)
        {
            var proposals = Sweep(Problem(name) with { Objective = null, Objectives = [] }, 10);

            proposals.ShouldNotBeEmpty(name);
            proposals.ShouldAllBe(set => Spaces[name].Contains(set), name);
        }
    }

    [Fact]
    public void Several_objectives_with_failed_running_and_infeasible_sets_are_fine()
    {
        if (!Sampler.ServesSeveralObjectives)
        {
            return;
        }

        foreach (var name in Names)
        {
            var first = SweepOfSeveral(name, 80);

            first.ShouldNotBeEmpty(name);
            first.ShouldAllBe(set => Spaces[name].Contains(set), name);
            SweepOfSeveral(name, 80).ShouldBe(first, name);
            if (Spaces[name].IsFinite)
            {
                first.Distinct().Count().ShouldBe((int)Math.Min(80, Spaces[name].CountPoints(80)), name);
            }
        }
    }

    [Fact]
    public void Foreign_sets_in_the_history_are_not_proposed_again_and_cost_no_point_of_the_rest()
    {
        var points = Spaces["grid"].Points().ToList();
        List<Observation> earlier = [.. points.Where((_, at) => at % 5 == 3).Select((set, at) => Ended(set, at))];

        var sets = Sweep(new SearchProblem(Spaces["grid"], 1, Accuracy), 1_000, earlier);

        sets.Count.ShouldBe(points.Count);
        sets.Distinct().Count().ShouldBe(points.Count);
    }

    [Fact]
    public void A_budget_below_the_number_of_points_changes_nothing_about_the_promises()
    {
        var problem = Problem("grid") with { MaxTrials = 10 };

        var proposals = Sweep(problem, 10);

        proposals.Distinct().Count().ShouldBe(10);
        proposals.ShouldAllBe(set => problem.Space.Contains(set));
        Sweep(problem, 10, [.. proposals.Take(4).Select((set, at) => Ended(set, at))]).ShouldBe(proposals);
    }

    [Fact]
    public void Several_threads_may_ask_at_once()
    {
        var problem = Problem("conditional");
        var expected = Sweep(problem, 12);

        var answers = new List<ParameterSet>[8];
        Parallel.For(0, answers.Length, at => answers[at] = Sweep(problem, 12));

        answers.ShouldAllBe(answer => answer.SequenceEqual(expected));
    }

    private List<ParameterSet> SweepOfSeveral(string name, int limit)
    {
        ImmutableArray<Objective> objectives = [Accuracy, new("latency_ms", Direction.Minimize), new("size_mb", Direction.Minimize)];
        var problem = Problem(name) with { Objectives = objectives, MaxTrials = limit };
        var history = new History();
        while (history.Count < limit && Sampler.Propose(problem, history) is { } set)
        {
            var at = history.Count;
            history.Add(at % 7 == 3 ? new Observation(set, null, HasEnded: at % 2 == 0) : Ended(set, at) with
            {
                Values = [Math.Sin(at), at % 11 == 5 ? double.NaN : at % 13 == 6 ? -1e308 : Math.Cos(at), at % 13 == 7 ? 1e308 : at % 4],
                Violation = at % 5 == 0 ? at : at % 17 == 1 ? double.PositiveInfinity : 0,
            });
        }

        return [.. history.Select(observation => observation.Parameters)];
    }

    private static SearchProblem Problem(string name) => new(Spaces[name], Seed: 42, Accuracy);

    private static Observation Ended(ParameterSet set, int at) => new(set, Math.Sin(at), HasEnded: true);

    private static Parameter Choice(string name, params double[] values) =>
        new(name, new ChoiceDomain([.. values.Select(ParameterValue.Of)]), []);

    private static Condition When(string parameter, string value) => new(parameter, [ParameterValue.Of(value)]);

    // Asks as the orchestrator does, until the limit is reached or the sampler ends.
    private List<ParameterSet> Sweep(SearchProblem problem, int limit, IEnumerable<Observation>? begun = null)
    {
        History history = [.. begun ?? []];
        while (history.Count < limit && Sampler.Propose(problem, history) is { } set)
        {
            history.Add(Ended(set, history.Count));
        }

        return [.. history.Select(observation => observation.Parameters)];
    }
}
