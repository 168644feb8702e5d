using GradientCI.Runner;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Secrets;
using GradientCI.Stores;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Ports;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>What the API reads from and acts with.</summary>
public sealed record ApiParts
{
    /// <summary>Where everything is kept.</summary>
    public required DataFolder Data { get; init; }

    /// <summary>The record of runs.</summary>
    public required IExperimentStore Store { get; init; }

    /// <summary>What happened in runs.</summary>
    public required IRunEventStore Events { get; init; }

    /// <summary>Who drives what.</summary>
    public required IWorkQueue Queue { get; init; }

    /// <summary>Who did what.</summary>
    public required IAuditLog Audit { get; init; }

    /// <summary>Whether trials are kept from starting.</summary>
    public required IPauseSwitch Pauses { get; init; }

    /// <summary>Records what is asked to be run.</summary>
    public required RequestedRuns Requests { get; init; }

    /// <summary>Lets strangers' commits run.</summary>
    public required ForkApprovals Approvals { get; init; }

    /// <summary>Knows the tokens of attempts.</summary>
    public required AttemptTokens AttemptTokens { get; init; }

    /// <summary>Knows the secrets of attempts; null where none have any.</summary>
    public SecretVault? Secrets { get; init; }

    /// <summary>Leads to what trials listen at.</summary>
    public required PortLinks Ports { get; init; }

    /// <summary>Rung when there is something to drive.</summary>
    public required Doorbell Recorded { get; init; }

    /// <summary>Runs a command for a caller whose token lets him in at all, and sends him what it says; commands are the command line's.</summary>
    public required Func<HttpContext, Task> RunCommandAsync { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    internal ApiRecords Records => new(Store);
}
