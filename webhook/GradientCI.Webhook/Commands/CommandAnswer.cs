using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Webhook.Commands;

/// <summary>What became of a command.</summary>
/// <param name="Outcome">Done, or mistaken.</param>
/// <param name="Sentence">Says so, one line or more; untrusted text.</param>
internal sealed record CommandAnswer(CommandOutcome Outcome, string Sentence)
{
    /// <summary>The runs that it is about.</summary>
    public ImmutableArray<CommandedRun> Runs { get; init; } = [];

    public static CommandAnswer Done(string sentence, params IEnumerable<CommandedRun> runs) => new(CommandOutcome.Done, sentence) { Runs = [.. runs] };

    public static CommandAnswer Mistaken(string sentence) => new(CommandOutcome.Mistaken, sentence);
}
