namespace GradientCI.Webhook.Forges.GitHub.Events;

/// <summary>A payload says something that GitHub never says; the message is one sentence.</summary>
internal sealed class UnreadablePayloadException(string message, Exception? cause = null) : Exception(message, cause);
