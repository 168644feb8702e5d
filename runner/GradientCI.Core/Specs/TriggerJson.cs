using System.Text.Json;
using GradientCI.Json;

namespace GradientCI.Specs;

/// <summary>When a commit becomes a run, as JSON for the store; a trigger that is null is off.</summary>
internal static class TriggerJson
{
    private static readonly TriggerSpec Empty = new();
    private static readonly PushTrigger AnyPush = new();
    private static readonly PullRequestTrigger AnyPullRequest = new();

    public static void Write(Utf8JsonWriter json, TriggerSpec on)
    {
        json.WriteObject("push", on.Push, Write);
        json.WriteObject("pullRequest", on.PullRequest, Write);
        json.WriteString("schedule", on.Schedule);
        json.WriteBoolean("comment", on.Comment);
    }

    public static TriggerSpec Read(JsonFields json) => new()
    {
        Push = json.ObjectOrNull("push", Empty.Push, ReadPush),
        PullRequest = json.ObjectOrNull("pullRequest", Empty.PullRequest, ReadPullRequest),
        Schedule = json.TextOrNull("schedule"),
        Comment = json.Flag("comment", Empty.Comment),
    };

    private static void Write(Utf8JsonWriter json, PushTrigger push)
    {
        json.WriteTexts("branches", push.Branches);
        json.WriteTexts("branchesIgnore", push.BranchesIgnore);
        json.WriteTexts("tags", push.Tags);
        json.WriteTexts("tagsIgnore", push.TagsIgnore);
        json.WriteTexts("paths", push.Paths);
        json.WriteTexts("pathsIgnore", push.PathsIgnore);
        json.WriteBoolean("everyCommit", push.EveryCommit);
    }

    private static PushTrigger ReadPush(JsonFields json) => new()
    {
        Branches = json.Texts("branches"),
        BranchesIgnore = json.Texts("branchesIgnore"),
        Tags = json.Texts("tags"),
        TagsIgnore = json.Texts("tagsIgnore"),
        Paths = json.Texts("paths"),
        PathsIgnore = json.Texts("pathsIgnore"),
        EveryCommit = json.Flag("everyCommit", AnyPush.EveryCommit),
    };

    private static void Write(Utf8JsonWriter json, PullRequestTrigger pullRequest)
    {
        json.WriteTexts("branches", pullRequest.Branches);
        json.WriteTexts("branchesIgnore", pullRequest.BranchesIgnore);
        json.WriteTexts("paths", pullRequest.Paths);
        json.WriteTexts("pathsIgnore", pullRequest.PathsIgnore);
        json.WriteBoolean("forksAfterApproval", pullRequest.ForksAfterApproval);
    }

    private static PullRequestTrigger ReadPullRequest(JsonFields json) => new()
    {
        Branches = json.Texts("branches"),
        BranchesIgnore = json.Texts("branchesIgnore"),
        Paths = json.Texts("paths"),
        PathsIgnore = json.Texts("pathsIgnore"),
        ForksAfterApproval = json.Flag("forksAfterApproval", AnyPullRequest.ForksAfterApproval),
    };
}
