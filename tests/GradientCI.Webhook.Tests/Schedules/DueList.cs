using System.Threading.Channels;
using GradientCI.Experiments;
using GradientCI.Webhook.Schedules;

namespace GradientCI.Webhook.Tests.Schedules;

/// <summary>The runs that became due, in order: <c>digits 2026-01-05T08:30</c>.</summary>
internal sealed class DueList : IDueRuns
{
    private readonly Channel<string> _due = Channel.CreateUnbounded<string>();

    /// <summary>Why none can be kept now, if so.</summary>
    public Exception? Problem { get; set; }

    /// <summary>What keeping a run waits for, if so.</summary>
    public TaskCompletionSource? Hangs { get; set; }

    /// <summary>Ends when one could not be kept.</summary>
    public TaskCompletionSource Failed { get; } = new();

    public bool Has => _due.Reader.Count > 0;

    public Task KeepAsync(ProjectId project, string experiment, DateTimeOffset due, CancellationToken cancellationToken)
    {
        if (Hangs is { } hangs)
        {
            Failed.TrySetResult();
            return hangs.Task;
        }

        if (Problem is { } problem)
        {
            Failed.TrySetResult();
            return Task.FromException(problem);
        }

        _due.Writer.TryWrite($"{experiment} {due:yyyy-MM-dd'T'HH:mm}");
        return Task.CompletedTask;
    }

    public ValueTask<string> NextAsync() => _due.Reader.ReadAsync();
}
