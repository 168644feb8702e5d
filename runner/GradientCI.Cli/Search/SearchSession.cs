using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Samplers;
using GradientCI.Specs;

namespace GradientCI.Cli.Search;

/// <summary>A search without executors: it proposes, and learns from what it is told.</summary>
/// <remarks>
/// Its answers depend on the experiment and on what was asked and told, in that order, and on nothing else: whoever says it
/// again hears the same again. For one thread.
/// </remarks>
internal sealed class SearchSession
{
    /// <summary>The most proposals that are asked for at once.</summary>
    public const int MostAtOnce = 1_000;

    /// <summary>The most steps that are told of all proposals together.</summary>
    public const int MostSteps = 1_000_000;

    private readonly ISampler _sampler;
    private readonly SearchProblem _problem;
    private readonly History _history = [];
    private readonly List<Proposal> _proposals = [];
    private readonly FinalResults _results;
    private int _steps;

    /// <param name="spec">What is searched.</param>
    /// <exception cref="GradientException">There is no such sampler.</exception>
    public SearchSession(ExperimentSpec spec)
    {
        Spec = spec;
        (_sampler, Note) = SamplerCatalog.BuiltIn.Choose(spec);
        _problem = SearchProblem.Of(spec);
        _results = new FinalResults(spec);
    }

    /// <summary>What is searched.</summary>
    public ExperimentSpec Spec { get; }

    /// <summary>The sampler in use, and why.</summary>
    public string Note { get; }

    /// <summary>The sampler's name.</summary>
    public string Sampler => _sampler.Name;

    /// <summary>The most proposals that there will be.</summary>
    public int MostProposals => Spec.Sweep.MaxTrials ?? SweepSpec.TrialLimit;

    /// <summary>The proposals of which nothing final was told.</summary>
    public IEnumerable<Proposal> Open => _proposals.Where(proposal => proposal.End is null);

    /// <summary>Proposes.</summary>
    /// <param name="count">How many are wanted.</param>
    /// <returns>As many as there are, and why there are fewer, or null.</returns>
    public (ImmutableArray<Proposal> Proposals, string? Ended) Ask(int count)
    {
        var asked = ImmutableArray.CreateBuilder<Proposal>(count);
        while (asked.Count < count)
        {
            if (_proposals.Count >= MostProposals)
            {
                return (asked.ToImmutable(), $"All {MostProposals} parameter sets of max-trials were proposed.");
            }

            if (_sampler.Propose(_problem, _history) is not { } set)
            {
                return (asked.ToImmutable(), "The space has no further parameter set.");
            }

            _history.Add(new Observation(set, null, HasEnded: false));
            var parameters = Spec.Parameters.With(set);
            var proposal = new Proposal(_proposals.Count + 1, parameters, Seeds.SeedFor(Spec.Sweep.Seed, parameters, repeat: 1));
            _proposals.Add(proposal);
            asked.Add(proposal);
        }

        return (asked.ToImmutable(), null);
    }

    /// <summary>Takes note of what came of a proposal.</summary>
    /// <returns>Whether to go on with it, for a step; null when it is over.</returns>
    /// <exception cref="SearchRefusedException">There is no such proposal, it is over, or what was told does not fit; nothing was noted.</exception>
    public StepAnswer? Tell(TellRequest told)
    {
        var proposal = told.Id is >= 1 && told.Id <= _proposals.Count ? _proposals[(int)told.Id - 1] : throw new SearchRefusedException(
            "unknown-id", $"There is no proposal {told.Id}.", _proposals.Count == 0 ? "Ask for one first." : $"Tell of one of 1 to {_proposals.Count}.");
        return told.Step is { } step ? Report(proposal, step, told) : Finish(proposal, told);
    }

    private StepAnswer? Report(Proposal proposal, double step, TellRequest told)
    {
        // A worker may have had its next step under way when it was told to stop.
        if (proposal.End == ProposalEnd.Pruned)
        {
            return StepAnswer.Prune;
        }

        CheckOpen(proposal);
        _results.CheckCount(told.Values);
        if (proposal.LastStep is { } last && step <= last)
        {
            throw new SearchRefusedException("bad-order", $"Step {step:R} of proposal {proposal.Id} does not come after its step {last:R}.", "Tell each step once, in order.");
        }

        if (_steps == MostSteps)
        {
            throw new SearchRefusedException("too-many", $"{MostSteps} steps were told, and no more are kept.", "Tell fewer steps per proposal.");
        }

        _steps++;
        proposal.Report(step, told.Values);
        return StepAnswer.Continue;
    }

    private StepAnswer? Finish(Proposal proposal, TellRequest told)
    {
        CheckOpen(proposal);
        var end = told.End ?? ProposalEnd.Succeeded;
        _history.Note(proposal.Id - 1, _results.Of(proposal, end, told));
        proposal.Finish(end);
        return null;
    }

    private static void CheckOpen(Proposal proposal)
    {
        if (proposal.End is { } end)
        {
            throw new SearchRefusedException(
                "ended", $"Proposal {proposal.Id} is over: it {(end == ProposalEnd.Pruned ? "was pruned" : end.ToString().ToLowerInvariant())}.", "Tell the end of each proposal once.");
        }
    }
}

/// <summary>What to do after a step.</summary>
internal enum StepAnswer
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>Stop: it is unpromising, and over.</summary>
    Prune,
}
