using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Webhook.Portal;

namespace GradientCI.Webhook.Notices;

/// <summary>What is told of a run that has ended. All texts may be a stranger's.</summary>
public sealed record RunNotice
{
    private const int LongestSentence = 500;
    private const int LongestName = 200;

    /// <summary>What the rest means.</summary>
    public string Schema { get; init; } = "gradientci/notice/1";

    /// <summary>What happened.</summary>
    public string Event { get; init; } = "run-ended";

    /// <summary>One sentence, fit for a chat or the subject of a mail.</summary>
    public required string Sentence { get; init; }

    /// <summary>What people call the project.</summary>
    public required string Project { get; init; }

    /// <summary>The run: <c>digits#12</c>.</summary>
    public required string Run { get; init; }

    /// <summary><c>passed</c>, <c>failed</c>, <c>cancelled</c> or <c>errored</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The commit.</summary>
    public required string Sha { get; init; }

    /// <summary>The branch or tag, or empty.</summary>
    public required string Ref { get; init; }

    /// <summary>The first line of the commit's message.</summary>
    public required string Subject { get; init; }

    /// <summary>The report, for whoever has the link; null while people cannot reach the service.</summary>
    public string? Url { get; init; }

    /// <summary>When the run ended, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether something is to be looked at.</summary>
    [JsonIgnore]
    public bool IsBad => Result is not "passed";

    /// <summary>Says what a report says.</summary>
    public static RunNotice Of(Report report, string project, PortalLinks? links)
    {
        var (run, headline) = (report.Run.Run, report.Headline);
        var said = string.Join(", ", headline.Outcome is Outcome.Passed or Outcome.Failed ? headline.Phrases : headline.Reasons);
        return new RunNotice
        {
            Sentence = PlainText.Of($"{run.Id} of {project} {headline.Word}{(said.Length > 0 ? $": {said}" : "")}", LongestSentence),
            Project = PlainText.Of(project, LongestName),
            Run = run.Id.ToString(),
            Result = headline.Word,
            Sha = run.Commit.Sha.Value,
            Ref = PlainText.Of(run.Commit.RefName, LongestName),
            Subject = PlainText.Of(run.Commit.Subject, LongestName),
            Url = links?.Page(run.Id),
            EndedAt = run.EndedAt,
        };
    }

    internal string ToJson() => JsonSerializer.Serialize(this, NoticeJson.Default.RunNotice);

    /// <exception cref="JsonException">No version of ours wrote it.</exception>
    internal static RunNotice Parse(string json) => JsonSerializer.Deserialize(json, NoticeJson.Default.RunNotice)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunNotice))]
internal sealed partial class NoticeJson : JsonSerializerContext;
