using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api;

/// <summary>The record, as far as it is there for a caller.</summary>
internal sealed class ApiRecords(IExperimentStore store)
{
    // What costs the more the larger a run or series is; the rest waits its turn.
    private static readonly SemaphoreSlim Turns = new(4);

    public IExperimentStore Store => store;

    /// <summary>The run of the path.</summary>
    /// <exception cref="ApiProblemException">There is none for the caller.</exception>
    public async Task<Run> RunAsync(ApiRequest request) => await store.FindRunAsync(request.Run, request.Aborted) ?? throw ApiRequest.NotFound("run");

    /// <summary>The trial of the path.</summary>
    /// <exception cref="ApiProblemException">There is none for the caller.</exception>
    public async Task<Trial> TrialAsync(ApiRequest request)
    {
        var id = request.Trial;
        return (await store.ListTrialsAsync(id.Run, id.Number - 1, 1, request.Aborted)).FirstOrDefault(trial => trial.Id == id) ?? throw ApiRequest.NotFound("trial");
    }

    /// <summary>Does something costly, after those who asked before.</summary>
    public static async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await Turns.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            Turns.Release();
        }
    }
}
