using GradientCI.Stores;

namespace GradientCI.Webhook.Api;

/// <summary>What an endpoint asks of a token.</summary>
/// <param name="Scope">At least this.</param>
public sealed record RequiredScope(AccessScope Scope);
