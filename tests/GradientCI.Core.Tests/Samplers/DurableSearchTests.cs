using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Core.Tests.Samplers;

/// <summary>The state of a search is its history: who is killed and starts again proposes what would have come.</summary>
public sealed class DurableSearchTests
{
    private static readonly TestFunction Function = TestFunctions.MixedConditional;

    public static TheoryData<string> Samplers() => [.. SamplerCatalog.BuiltIn.Names.Where(name => name != "grid")];

    // Four trials at a time end in any order; one in ten fails. Before every proposal the history is also read anew,
    // as a process does that starts after a kill: all sets first, then what came of them.
    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_kill_at_any_moment_changes_no_proposal(string name)
    {
        var sampler = SamplerCatalog.BuiltIn.Find(name);
        var problem = new SearchProblem(Function.Space, 11, new Objective("loss", Direction.Minimize)) { MaxTrials = 60 };
        var random = new SplitMix64(5);
        var history = new History();
        var running = new List<int>();
        while (history.Count < 60)
        {
            var proposed = sampler.Propose(problem, history)!;

            sampler.Propose(problem, Reread(history)).ShouldBe(proposed, $"proposal {history.Count}");

            running.Add(history.Count);
            history.Add(new Observation(proposed, null, HasEnded: false));
            while (running.Count >= 4)
            {
                var at = running[(int)random.NextBelow(running.Count)];
                running.Remove(at);
                history.Note(at, random.NextBelow(10) == 0 ? null : Function.Regret(history[at].Parameters), hasEnded: true);
            }
        }
    }

    private static History Reread(History history)
    {
        var read = new History();
        foreach (var observation in history)
        {
            read.Add(new Observation(new ParameterSet(observation.Parameters), null, HasEnded: false));
        }

        for (var at = history.Count - 1; at >= 0; at--)
        {
            read.Note(at, history[at].Value, history[at].HasEnded);
        }

        return read;
    }
}
