using System.Collections.Immutable;

namespace GradientCI.Webhook.Commands;

/// <summary>A command as somebody typed it.</summary>
internal sealed record TypedCommand
{
    /// <summary>The line, without what nobody sees, and shortened.</summary>
    public required string Text { get; init; }

    /// <summary>What is asked for; of no meaning when there is a mistake.</summary>
    public CommandVerb Verb { get; init; }

    /// <summary>The experiment of a run, or what to compare with; empty when there is none.</summary>
    public string Argument { get; init; } = "";

    /// <summary>The parameters of a run: <c>lr=0.1</c>.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>What is wrong with it, in sentences; empty when nothing is.</summary>
    public string Mistake { get; init; } = "";
}
