using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <content>Lists in pages, and curves of long series.</content>
public abstract partial class ExperimentStoreContract
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("digits-3fa2c1", null)]
    [InlineData("digits-3fa2c1", "digits")]
    public async Task Pages_of_runs_make_up_the_list(string? project, string? experiment)
    {
        for (var number = 0; number < 7; number++)
        {
            await Store.AddRunAsync(run: StoreSamples.Run(number % 2 == 0 ? "digits" : "letters"));
        }

        await Store.AddRunAsync(run: StoreSamples.Run(project: "other"));
        var query = new RunQuery { Project = project is null ? null : new ProjectId(project), Experiment = experiment };

        var (found, next, pages) = (new List<Run>(), (long?)null, 0);
        do
        {
            var page = await Store.ListRunPageAsync(query with { After = next, Limit = 2 }, None);
            found.AddRange(page.Runs);
            next = page.Next;
            pages++;
        }
        while (next is not null && pages < 10);

        found.Select(run => run.Id).ShouldBe((await Store.ListRunsAsync(query, None)).Select(run => run.Id));
        pages.ShouldBe((found.Count + 1) / 2);
    }

    [Fact]
    public async Task A_page_of_trials_holds_those_behind_a_number_with_their_attempts()
    {
        var run = (await Store.AddRunAsync(trials: 5)).Id;
        await Store.StartAsync(new TrialId(run, 3));

        var page = await Store.ListTrialsAsync(run, 2, 2, None);

        page.Select(trial => (trial.Id.Number, trial.State, trial.Attempts.Length)).ShouldBe([(3, TrialState.Running, 1), (4, TrialState.Queued, 0)]);
        (await Store.ListTrialsAsync(run, 5, 2, None)).ShouldBeEmpty();
        (await Store.ListTrialsAsync(run with { Number = 9 }, 0, 2, None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Trials_are_counted_by_state()
    {
        var run = (await Store.AddRunAsync(trials: 3)).Id;
        await Store.StartAsync(new TrialId(run, 3));

        (await Store.CountTrialsAsync(run, None)).ShouldBe([new(TrialState.Queued, 2), new(TrialState.Running, 1)]);
        (await Store.CountTrialsAsync(run with { Number = 9 }, None)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(4_096, 100)]
    [InlineData(4_097, 100)]
    [InlineData(20_000, 7)]
    [InlineData(20_000, 20_000)]
    public async Task A_curve_is_the_series_thinned(int count, int limit)
    {
        var run = (await Store.AddRunAsync(trials: 1)).Id;
        var attempt = await Store.StartAsync(new TrialId(run, 1));
        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(count)), new SeriesChunk("other", StoreSamples.Points(5))], 0, 0, None);

        (await Store.ReadCurveAsync(attempt.Trial, "loss", limit, None)).ShouldBe(CurveThinning.Thin(StoreSamples.Points(count).AsSpan(), limit));
        (await Store.ReadCurveAsync(attempt.Trial, "gain", limit, None)).ShouldBeEmpty();
    }
}
