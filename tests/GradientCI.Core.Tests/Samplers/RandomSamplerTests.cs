using GradientCI.Samplers;
using GradientCI.Samplers.RandomSearch;
using GradientCI.SearchSpaces;

namespace GradientCI.Core.Tests.Samplers;

public sealed class RandomSamplerTests
{
    // From seed 1234567 of the reference implementation, as many languages test themselves against.
    [Fact]
    public void The_generator_is_SplitMix64()
    {
        var random = new SplitMix64(1234567);

        ulong[] numbers = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];

        numbers.ShouldBe([6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL]);
    }

    // A changed proposal would break every sweep that is continued with a newer version.
    [Fact]
    public void The_first_proposals_of_a_seed_never_change()
    {
        var space = new SearchSpace([new("lr", new FloatDomain(1e-4, 1, Scale.Log), []), new("hidden", new IntDomain(8, 256, Scale.Log), [])]);

        var sets = Sweep(new SearchProblem(space, 42, null), 3).Select(set => set.ToString());

        sets.ShouldBe(["lr=0.0138788, hidden=14", "lr=0.0270182, hidden=53", "lr=0.0716604, hidden=45"]);
    }

    [Fact]
    public void Draws_cover_a_log_domain_evenly_in_the_logarithm()
    {
        var space = new SearchSpace([new("lr", new FloatDomain(1e-4, 1, Scale.Log), [])]);

        var draws = Sweep(new SearchProblem(space, 1, null), 2_000).Select(set => Math.Log10(set["lr"]!.Value.AsDouble)).ToList();

        var decades = Enumerable.Range(-4, 4).Select(decade => draws.Count(draw => draw >= decade && draw < decade + 1));
        decades.ShouldAllBe(count => count > 400 && count < 600);
    }

    [Fact]
    public void A_condition_changes_no_other_parameters_draw()
    {
        var domain = new FloatDomain(0, 1);
        var choice = new ChoiceDomain([ParameterValue.Of("sgd"), ParameterValue.Of("adam")]);
        var free = new SearchSpace([new("o", choice, []), new("m", domain, []), new("lr", domain, [])]);
        var bound = new SearchSpace([new("o", choice, []), new("m", domain, [new("o", [ParameterValue.Of("sgd")])]), new("lr", domain, [])]);

        var ofFree = Sweep(new SearchProblem(free, 1, null), 30).Select(set => set["lr"]);
        var ofBound = Sweep(new SearchProblem(bound, 1, null), 30).Select(set => set["lr"]);

        ofBound.ShouldBe(ofFree);
    }

    private static List<ParameterSet> Sweep(SearchProblem problem, int limit)
    {
        var history = new History();
        while (history.Count < limit && new RandomSampler().Propose(problem, history) is { } set)
        {
            history.Add(new Observation(set, null, HasEnded: false));
        }

        return [.. history.Select(observation => observation.Parameters)];
    }
}
