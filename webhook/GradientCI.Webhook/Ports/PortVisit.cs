namespace GradientCI.Webhook.Ports;

/// <summary>A request that was let in.</summary>
/// <param name="Port">What it is for.</param>
/// <param name="Rest">The path and the query there, as they came.</param>
/// <param name="Facade">What the browser sees in front of that.</param>
internal sealed record PortVisit(TrialPort Port, string Rest, PortFacade Facade);
