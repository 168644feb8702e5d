using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>What a look at a database file found, without changing it.</summary>
public sealed record DatabaseHealth
{
    /// <summary>Bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes that wait beside it to be moved into it.</summary>
    public required long LogBytes { get; init; }

    /// <summary>The version of its schema; 0 for a database that was never used.</summary>
    public long Schema { get; init; }

    /// <summary>The newest schema that this build knows.</summary>
    public static int NewestSchema => Migration.All()[^1].Number;

    /// <summary>What is wrong with it, a sentence each; empty when it is sound.</summary>
    public ImmutableArray<string> Damage { get; init; } = [];

    /// <summary>The workers that have not left, and whether their lease holds; none unless the schema is this build's.</summary>
    public ImmutableArray<(Worker Worker, bool IsAlive)> Workers { get; init; } = [];

    /// <summary>Queued and running runs; none unless the schema is this build's.</summary>
    public ImmutableArray<RunId> OpenRuns { get; init; } = [];

    /// <summary>The most answers in <see cref="DeadAnswers"/>.</summary>
    public const int MostDeadAnswers = 20;

    /// <summary>What forges did not take and will not be asked again, newest first; none unless the schema is this build's.</summary>
    public ImmutableArray<Answer> DeadAnswers { get; init; } = [];

    /// <summary>The pause that holds, or null; null unless the schema is this build's.</summary>
    public Pause? Pause { get; init; }

    /// <summary>The secrets that are set, sealed; none unless the schema is this build's.</summary>
    public ImmutableArray<SealedSecret> Secrets { get; init; } = [];

    /// <summary>How many deliveries were given up; none unless the schema is this build's.</summary>
    public int FailedDeliveries { get; init; }
}
