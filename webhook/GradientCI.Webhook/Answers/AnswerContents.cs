using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Answers;

/// <summary>What a commit status is to say.</summary>
internal sealed record StatusContent(StatusState State, string Description, string? Url)
{
    public WantedAnswer In(AnswerLane lane) => new(lane.ToString(), JsonSerializer.Serialize(this, AnswerJson.Default.StatusContent));
}

/// <summary>What a check run is to say.</summary>
internal sealed record CheckContent(StatusState State, string Title, string Summary, string? Url, string ExternalId)
{
    public WantedAnswer In(AnswerLane lane) => new(lane.ToString(), JsonSerializer.Serialize(this, AnswerJson.Default.CheckContent));
}

/// <summary>What a comment is to say, and the marker by which it is found again.</summary>
internal sealed record CommentContent(string Marker, string Body)
{
    public WantedAnswer In(AnswerLane lane) => new(lane.ToString(), JsonSerializer.Serialize(this, AnswerJson.Default.CommentContent));
}

/// <summary>What we think of somebody's comment.</summary>
internal sealed record ReactionContent(Reaction Reaction)
{
    public WantedAnswer In(AnswerLane lane) => new(lane.ToString(), JsonSerializer.Serialize(this, AnswerJson.Default.ReactionContent));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusContent))]
[JsonSerializable(typeof(CheckContent))]
[JsonSerializable(typeof(CommentContent))]
[JsonSerializable(typeof(ReactionContent))]
internal sealed partial class AnswerJson : JsonSerializerContext;
