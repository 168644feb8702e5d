using GradientCI.Stores;

namespace GradientCI.Webhook.Commands;

/// <summary>The record, as far as commands need it.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Queue">Who drives what.</param>
/// <param name="Forges">Repositories and pull requests.</param>
/// <param name="Answers">What forges are told.</param>
/// <param name="Commands">The commands.</param>
public sealed record CommandStores(IExperimentStore Runs, IWorkQueue Queue, IForgeStore Forges, IAnswerStore Answers, ICommandStore Commands);
