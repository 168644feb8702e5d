using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

public abstract partial class ExperimentStoreContract
{
    private static readonly EarlierSet[] Earlier =
    [
        new(new ParameterSet([new("lr", ParameterValue.Of(1.0)), new("optimizer", ParameterValue.Of("sgd"))]), [0.1, 1e300], 0),
        new(new ParameterSet([new("lr", ParameterValue.Of(0.1 + 0.2)), new("layers", ParameterValue.Of(3))]), [-1.0 / 3, double.Epsilon], 0.5),
    ];

    [Fact(Timeout = Patience)]
    public async Task The_sets_of_earlier_runs_are_recorded_with_a_run_and_read_by_themselves()
    {
        var run = await Store.AddRunAsync(run: StoreSamples.Run() with { WarmStart = new WarmStart(2, [7, 3], 0.1), EarlierSets = [.. Earlier] });
        var other = await Store.AddRunAsync(run: StoreSamples.Run() with { WarmStart = new WarmStart(0, [], null) });

        await ReopenAsync();

        Described.As(await Store.ListEarlierSetsAsync(run.Id, None)).ShouldBe(Described.As(Earlier));
        (await Store.ListEarlierSetsAsync(other.Id, None)).ShouldBeEmpty();
        (await Store.FindRunAsync(run.Id, None))!.EarlierSets.ShouldBeEmpty();
        Described.As((await Store.FindRunAsync(other.Id, None))!.WarmStart).ShouldBe(Described.As(new WarmStart(0, [], null)));
    }

    [Fact(Timeout = Patience)]
    public async Task The_sets_of_earlier_runs_stay_when_those_are_deleted_and_go_with_their_own_run()
    {
        var first = await Store.AddRunAsync();
        var run = await Store.AddRunAsync(run: StoreSamples.Run() with { WarmStart = new WarmStart(2, [first.Id.Number], 0.1), EarlierSets = [.. Earlier] });
        await Store.AddRunAsync();
        await EndAsync(first.Id);
        await EndAsync(run.Id);

        (await Store.DeleteRunAsync(first.Id, null, None)).ShouldBeTrue();
        await Store.ReclaimAsync(None);
        Described.As(await Store.ListEarlierSetsAsync(run.Id, None)).ShouldBe(Described.As(Earlier));

        (await Store.DeleteRunAsync(run.Id, null, None)).ShouldBeTrue();
        await Store.ReclaimAsync(None);
        (await Store.ListEarlierSetsAsync(run.Id, None)).ShouldBeEmpty();

        async Task EndAsync(RunId ended)
        {
            await Store.UpdateRunAsync(new RunUpdate(ended, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon), None);
            await ((IWorkQueue)Store).MarkAnnouncedAsync(ended, None);
        }
    }
}
