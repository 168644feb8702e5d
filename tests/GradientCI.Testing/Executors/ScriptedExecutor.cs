using System.Collections.Concurrent;
using System.Collections.Immutable;
using GradientCI.Runner.Executors;

namespace GradientCI.Testing.Executors;

/// <summary>Runs attempts that are only told, on a clock that a test moves; what they print is really in their logs.</summary>
/// <remarks>
/// The attempts live in this object as processes live on a machine: a second orchestrator that is given the same
/// executor can adopt what the first one started. An attempt is known by its state folder.
/// </remarks>
public sealed class ScriptedExecutor(TimeProvider time, Func<AttemptRequest, AttemptScript> script) : ITrialExecutor
{
    // Null stands for one that never began and never will.
    private readonly ConcurrentDictionary<string, ScriptedAttempt?> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<AttemptRequest> _requests = new();

    public string Name => "scripted";

    /// <summary>Every request so far, in order.</summary>
    public ImmutableArray<AttemptRequest> Requests => [.. _requests];

    /// <summary>How many attempts run now.</summary>
    public int Running => _attempts.Values.Count(attempt => attempt is { Completion.IsCompleted: false });

    public Task<IRunningAttempt> StartAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_attempts.ContainsKey(request.StateDirectory))
        {
            return Task.FromResult<IRunningAttempt>(new EndedAttempt(AttemptEnd.NeverBegan));
        }

        _requests.Enqueue(request);
        var chosen = script(request);
        if (!Directory.Exists(request.WorkingDirectory))
        {
            chosen = chosen with { End = new AttemptEnd(null, StartProblem: $"The working directory {request.WorkingDirectory} does not exist.") };
        }

        var attempt = new ScriptedAttempt($"scripted {_requests.Count} {request.Id}", request.LogPath, chosen, time);
        if (chosen.End.StartProblem is null)
        {
            _attempts[request.StateDirectory] = attempt;
        }

        return Task.FromResult<IRunningAttempt>(attempt);
    }

    public Task<IRunningAttempt> AdoptAsync(AttemptRequest request, string handle, CancellationToken cancellationToken) =>
        Task.FromResult<IRunningAttempt>(_attempts.GetOrAdd(request.StateDirectory, _ => null) switch
        {
            null => new EndedAttempt(AttemptEnd.NeverBegan),
            { HasVanished: true } => new EndedAttempt(AttemptEnd.Lost),
            var attempt => attempt,
        });
}
