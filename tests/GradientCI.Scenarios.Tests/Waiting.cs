using System.Collections.Concurrent;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Scenarios.Tests;

/// <summary>Notes what runs say that they wait for.</summary>
internal sealed class Waiting : IRunObserver
{
    private readonly ConcurrentQueue<string> _sentences = [];

    public IReadOnlyCollection<string> Sentences => _sentences;

    public void Waits(string sentence) => _sentences.Enqueue(sentence);

    public void RunChanged(Run run)
    {
        // Of no interest here.
    }

    public void TrialChanged(Trial trial)
    {
        // Of no interest here.
    }

    public void TrialAdopted(Trial trial, WorkerId from)
    {
        // Of no interest here.
    }

    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest)
    {
        // Of no interest here.
    }
}
