using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
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
    private readonly SearchPruning? _pruning;
    private int _steps;

    /// <param name="spec">What is searched.</param>
    /// <param name="keepsCheckpoints">Whether a pruned proposal can go on where it stood, and may be proposed again.</param>
    /// <exception cref="GradientException">There is no such sampler or pruner.</exception>
    public SearchSession(ExperimentSpec spec, bool keepsCheckpoints)
    {
        Spec = spec;
        (_sampler, Note) = SamplerCatalog.BuiltIn.Choose(spec);
        _problem = SearchProblem.Of(spec);
        _results = new FinalResults(spec);
        _pruning = SearchPruning.Of(spec, keepsCheckpoints);
        if (_pruning is { } pruning)
        {
            _history.Foretells = place => pruning.Foretells(place + 1);
        }
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
            if (_pruning?.NextToResume() is { } paused)
            {
                asked.Add(Resume(_proposals[paused - 1]));
                continue;
            }

            if (_proposals.Count >= MostProposals)
            {
                return (asked.ToImmutable(), $"All {MostProposals} parameter sets of max-trials were proposed.");
            }

            if (_sampler.Propose(_problem, _history) is not { } set)
            {
                return (asked.ToImmutable(), "The space has no further parameter set.");
            }

            asked.Add(Propose(set));
        }

        return (asked.ToImmutable(), null);
    }

    /// <summary>Takes note of what came of a proposal.</summary>
    /// <returns>What to do after a step; null when the proposal is over.</returns>
    /// <exception cref="SearchRefusedException">There is no such proposal, it is over, or what was told does not fit; nothing was noted.</exception>
    public StepAnswer? Tell(TellRequest told)
    {
        var proposal = told.Id is >= 1 && told.Id <= _proposals.Count ? _proposals[(int)told.Id - 1] : throw new SearchRefusedException(
            "unknown-id", $"There is no proposal {told.Id}.", _proposals.Count == 0 ? "Ask for one first." : $"Tell of one of 1 to {_proposals.Count}.");
        return told.Step is { } step ? Report(proposal, step, told) : Finish(proposal, told);
    }

    private Proposal Propose(ParameterSet set)
    {
        var parameters = Spec.Parameters.With(set);
        var proposal = new Proposal(_proposals.Count + 1, parameters, Seeds.SeedFor(Spec.Sweep.Seed, parameters, repeat: 1));
        _history.Add(new Observation(set, null, HasEnded: false));
        _proposals.Add(proposal);
        _pruning?.Begin(proposal.Id);
        return proposal;
    }

    private Proposal Resume(Proposal paused)
    {
        paused.Resume();
        _history.Note(paused.Id - 1, null, hasEnded: false);
        _pruning!.Begin(paused.Id);
        return paused;
    }

    private StepAnswer Report(Proposal proposal, double step, TellRequest told)
    {
        // A worker may have had its next step under way when it was told to stop.
        if (proposal.End == ProposalEnd.Pruned)
        {
            return new StepAnswer(proposal.PruneReason);
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
        if (_pruning?.Judge(proposal.Id, step, told.Values, _results.IsBroken(told)) is { } reason)
        {
            _history.Note(proposal.Id - 1, _results.Of(proposal, ProposalEnd.Pruned, told));
            proposal.Finish(ProposalEnd.Pruned, reason);
        }

        return new StepAnswer(proposal.PruneReason);
    }

    private StepAnswer? Finish(Proposal proposal, TellRequest told)
    {
        CheckOpen(proposal);
        var end = told.End ?? ProposalEnd.Succeeded;
        _history.Note(proposal.Id - 1, _results.Of(proposal, end, told));
        proposal.Finish(end, end == ProposalEnd.Pruned ? "It was pruned by whoever ran it." : null);
        _pruning?.Finish(proposal.Id, end);
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
/// <param name="PruneReason">Why the proposal is over, in a sentence; null to go on.</param>
internal sealed record StepAnswer(string? PruneReason);
