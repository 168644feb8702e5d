namespace GradientCI.Webhook.Forges;

/// <summary>How many calls a forge still allows.</summary>
/// <param name="Forge">The forge's name.</param>
/// <param name="Who">Whose limit it is: <c>the app</c>, <c>installation 42</c>; never a secret.</param>
/// <param name="Count">How many, until the forge counts anew.</param>
public sealed record CallsLeft(string Forge, string Who, long Count);
