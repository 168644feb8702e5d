using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Secrets;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Everything that the runs of one project are driven with.</summary>
public sealed record Workbench
{
    /// <summary>Where everything is kept.</summary>
    public required DataFolder Data { get; init; }

    /// <summary>The durable record.</summary>
    public required IExperimentStore Store { get; init; }

    /// <summary>Who drives what.</summary>
    public required IWorkQueue Queue { get; init; }

    /// <summary>As whom we drive; its lease must hold.</summary>
    public required WorkerId Worker { get; init; }

    /// <summary>What runs the attempts.</summary>
    public required ITrialExecutor Executor { get; init; }

    /// <summary>Has the images of runs that name one; null where nothing runs containers.</summary>
    public IImageSource? Images { get; init; }

    /// <summary>The data sets that are offered; null where none are.</summary>
    public IDatasetStore? Datasets { get; init; }

    /// <summary>Bounds what the project's trials share; null for no bound.</summary>
    public StorageQuota? Quota { get; init; }

    /// <summary>The machine's cores and GPUs.</summary>
    public required SlotPool Slots { get; init; }

    /// <summary>The project's workspaces; null when its repository is gone, and attempts can only be ended.</summary>
    public required WorkspacePool? Workspaces { get; init; }

    /// <summary>The repository's path or URL, <c>$GRADIENT_REPO</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>Gives attempts a token for the service; null where there is none.</summary>
    public AttemptTokens? Tokens { get; init; }

    /// <summary>Has the secrets of runs that name some; null where there are none.</summary>
    public SecretVault? Secrets { get; init; }

    /// <summary>Who is told.</summary>
    public IRunObserver Observer { get; init; } = new SilentObserver();

    /// <summary>Intervals and limits.</summary>
    public OrchestrationOptions Options { get; init; } = new();

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
