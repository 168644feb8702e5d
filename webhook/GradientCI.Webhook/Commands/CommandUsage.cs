using System.Collections.Immutable;

namespace GradientCI.Webhook.Commands;

/// <summary>How the commands are written.</summary>
/// <param name="Verb">The command.</param>
/// <param name="Line">As it is written.</param>
/// <param name="Does">What it does, as it goes on after the line.</param>
internal sealed record CommandUsage(CommandVerb Verb, string Line, string Does)
{
    /// <summary>All of them, in the order in which help tells of them.</summary>
    public static readonly ImmutableArray<CommandUsage> All =
    [
        new(CommandVerb.Run, "/gradient run [experiment] [name=value …]", "runs the head: that experiment, or all that the pull request asks for; with parameters fixed"),
        new(CommandVerb.Retry, "/gradient retry", "tries again what failed, timed out, was lost or cancelled at the head"),
        new(CommandVerb.Cancel, "/gradient cancel", "cancels what has not ended"),
        new(CommandVerb.Approve, "/gradient approve", "lets the head of a fork's pull request run, that one commit"),
        new(CommandVerb.Compare, "/gradient compare <ref>", "compares the head's results with those of a branch, tag, commit or run"),
        new(CommandVerb.Help, "/gradient help", "says this"),
    ];

    /// <summary>The verb as it is written.</summary>
    public string Word => WordOf(Verb);

    /// <summary>A verb as it is written.</summary>
    public static string WordOf(CommandVerb verb) => verb.ToString().ToLowerInvariant();

    /// <summary>How a verb is written.</summary>
    public static CommandUsage Of(CommandVerb verb) => All.First(usage => usage.Verb == verb);
}
