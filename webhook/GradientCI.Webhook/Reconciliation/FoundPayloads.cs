using System.Collections.Immutable;
using System.Text.Json.Serialization;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Reconciliation;

/// <summary>Refs that name something else than we heard of.</summary>
internal sealed record FoundPush(RemoteRepository Repository, ImmutableArray<FoundRef> Refs);

/// <summary>One of them.</summary>
/// <param name="Old">What it named when we last heard of it; zeros for a new ref.</param>
/// <param name="New">What it names.</param>
/// <param name="Ref">Its full name.</param>
internal sealed record FoundRef(string Old, string New, string Ref);

/// <summary>A pull request whose head is another than we heard of; what else is to be known of it is asked when it is seen to.</summary>
internal sealed record FoundPullRequest(RemoteRepository Repository, int Number);

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FoundPush))]
[JsonSerializable(typeof(FoundPullRequest))]
internal sealed partial class FoundJson : JsonSerializerContext;
