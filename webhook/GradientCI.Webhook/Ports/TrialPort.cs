using GradientCI.Experiments;

namespace GradientCI.Webhook.Ports;

/// <summary>A port that the manifest declares, of a trial.</summary>
/// <param name="Trial">Whose.</param>
/// <param name="Number">As the manifest has it.</param>
public sealed record TrialPort(TrialId Trial, int Number);
