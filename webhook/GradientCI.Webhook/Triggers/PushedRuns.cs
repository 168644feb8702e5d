using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Webhook.Triggers;

/// <summary>Records what a push selects, whichever way we heard of it.</summary>
internal sealed class PushedRuns(PushSelection selection, RunRecording recording, Supersession supersession, TriggerAnswer answer)
{
    private const int MostRuns = 1000;

    /// <summary>Whether a commit that can be read, and whose selection failed all the same, is to be tried again: git was slow, or could not start.</summary>
    public bool Insists { get; init; }

    /// <summary>Records the runs; whatever is wrong with the push is in the answer.</summary>
    /// <exception cref="GradientException">The store cannot record now: to be tried again.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        foreach (var update in selection.Updates)
        {
            foreach (var order in await SelectAsync(update, cancellationToken))
            {
                if (answer.Runs.Count == MostRuns)
                {
                    answer.Say($"One push starts at most {MostRuns:N0} runs. Push fewer refs or commits at once, or narrow on.push.");
                    return;
                }

                if (await recording.RecordAsync(order, cancellationToken) is { } run)
                {
                    await supersession.SettleAsync(run, update.New, update.Ref, new PushOrigin(update).IsOtherPush, cancellationToken);
                }
            }
        }
    }

    private async Task<ImmutableArray<RunOrder>> SelectAsync(RefUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            return await selection.SelectAsync(update, cancellationToken);
        }
        catch (GradientException problem)
        {
            if (Insists && await recording.IsReadableAsync(new CommitSha(update.New), cancellationToken))
            {
                throw;
            }

            answer.Say($"{update.Name} starts nothing. {problem.Message} {problem.Remedy}");
            return [];
        }
    }
}
