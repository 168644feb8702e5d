using System.Collections.Immutable;
using GradientCI.Cli.Runs;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Routing;

namespace GradientCI.Cli.Services;

/// <summary>What the service has beside the intake and the worker. The forge's parts are put together here, and nowhere else.</summary>
internal sealed record ServiceParts
{
    /// <summary>Told what happened at the forge.</summary>
    public required IForgeEvents Events { get; init; }

    /// <summary>What it answers, beside deliveries and questions after its health.</summary>
    public ImmutableArray<Action<IEndpointRouteBuilder>> Routes { get; init; } = [];

    /// <summary>What it needs, beside the database and the disk.</summary>
    public ImmutableArray<IReadinessCheck> Checks { get; init; } = [];

    /// <summary>What it does all the time until it is told to leave.</summary>
    public ImmutableArray<Func<CancellationToken, Task>> Loops { get; init; } = [];

    /// <summary>Puts them together.</summary>
    public static ServiceParts Assemble(Session session, Machine machine, ServiceOptions options) => new() { Events = new UnwiredEvents() };
}
