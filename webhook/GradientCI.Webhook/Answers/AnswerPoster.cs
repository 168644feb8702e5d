using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Answers;

/// <summary>Posts one answer.</summary>
internal sealed class AnswerPoster(IAnswerStore answers)
{
    /// <summary>Makes the forge say what the answer wants, by making the thing or changing the one that is there.</summary>
    /// <returns>The forge's id of it, or null when it has none.</returns>
    /// <exception cref="ForgeException">It did not.</exception>
    public async Task<long?> PostAsync(IForge forge, ForgeRepository repository, Answer answer, CancellationToken cancellationToken)
    {
        var lane = AnswerLane.Parse(answer.Lane);
        switch (lane.Kind)
        {
            case LaneKind.Status:
                var status = JsonSerializer.Deserialize(answer.Json, AnswerJson.Default.StatusContent)!;
                await forge.SetStatusAsync(
                    repository, new CommitStatus(new CommitSha(lane.At), lane.Name, status.State, status.Description, status.Url), cancellationToken);
                return null;
            case LaneKind.Check:
                return await PutCheckRunAsync(forge, repository, answer, lane, cancellationToken);
            case LaneKind.Reaction:
                var reaction = JsonSerializer.Deserialize(answer.Json, AnswerJson.Default.ReactionContent)!;
                await forge.ReactAsync(repository, lane.CommentId, reaction.Reaction, cancellationToken);
                return null;
            default:
                return await PutCommentAsync(forge, repository, answer, lane.PullRequest, cancellationToken);
        }
    }

    private async Task<long> PutCheckRunAsync(IForge forge, ForgeRepository repository, Answer answer, AnswerLane lane, CancellationToken cancellationToken)
    {
        var check = JsonSerializer.Deserialize(answer.Json, AnswerJson.Default.CheckContent)!;
        var run = new CheckRun(new CommitSha(lane.At), lane.Name, check.State, check.Title, check.Summary, check.Url, check.ExternalId);
        return await PutAsync(answer.RemoteId ?? await FindAsync(), id => forge.PutCheckRunAsync(repository, run, id, cancellationToken), FindAsync);

        // As with comments: two check runs of one name would contradict each other at the commit.
        async Task<long?> FindAsync() => await NoteAsync(answer, await forge.FindCheckRunAsync(repository, run, cancellationToken), cancellationToken);
    }

    private async Task<long> PutCommentAsync(IForge forge, ForgeRepository repository, Answer answer, int pullRequest, CancellationToken cancellationToken)
    {
        var comment = JsonSerializer.Deserialize(answer.Json, AnswerJson.Default.CommentContent)!;
        return await PutAsync(
            answer.RemoteId ?? await FindAsync(), id => forge.PutCommentAsync(repository, pullRequest, comment.Body, id, cancellationToken), FindAsync);

        // Whoever died between making the comment and noting it left one, and there must not be two.
        async Task<long?> FindAsync() =>
            await NoteAsync(answer, await forge.FindCommentAsync(repository, pullRequest, comment.Marker, cancellationToken), cancellationToken);
    }

    private async Task<long?> NoteAsync(Answer answer, long? found, CancellationToken cancellationToken)
    {
        if (found is { } id)
        {
            await answers.RecordMadeAsync(answer, id, cancellationToken);
        }

        return found;
    }

    /// <summary>Changes what is there; when somebody deleted it, looks for another one or makes it anew, once.</summary>
    private static async Task<long> PutAsync(long? id, Func<long?, Task<long>> put, Func<Task<long?>> find)
    {
        try
        {
            return await put(id);
        }
        catch (ForgeException gone) when (gone.Problem == ForgeProblem.NotFound && id is not null)
        {
            var other = await find();
            return await put(other == id ? null : other);
        }
    }
}
