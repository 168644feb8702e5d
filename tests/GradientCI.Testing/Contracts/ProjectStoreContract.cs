using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store promises of projects.</summary>
public abstract class ProjectStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Project Digits = StoreSamples.Project();

    private IExperimentStore _store = null!;

    private IProjectStore Projects => (IProjectStore)_store;

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    /// <summary>Opens a store that keeps projects and forges, too.</summary>
    protected abstract Task<IExperimentStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task Projects_are_listed_with_what_has_run()
    {
        await _store.PutProjectAsync(new Project(new ProjectId("words-000000"), "words", "/srv/words"), None);
        await EndedRunAsync();
        var last = await _store.AddRunAsync();

        (await Projects.ListProjectStandingsAsync(None)).ShouldBe(
        [
            new ProjectStanding(Digits, 2, 1, last.Id, StoreSamples.Noon, null),
            new ProjectStanding(new Project(new ProjectId("words-000000"), "words", "/srv/words"), 0, 0, null, null, null),
        ]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_people_call_a_project_stays_until_they_take_it_back()
    {
        await _store.PutProjectAsync(Digits, None);

        (await Projects.SetProjectAsync(Digits.Id, new ProjectChange { Title = "Handwriting" }, StoreSamples.Ada, None)).ShouldBeTrue();
        await _store.PutProjectAsync(Digits with { Name = "Handwriting" }, None);
        (await _store.ListProjectsAsync(None)).ShouldBe([Digits with { Name = "Handwriting" }]);

        (await Projects.SetProjectAsync(Digits.Id, new ProjectChange { Title = "" }, StoreSamples.Ada, None)).ShouldBeTrue();
        (await _store.ListProjectsAsync(None)).ShouldBe([Digits]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_project_moves_to_where_no_other_is()
    {
        await _store.PutProjectAsync(Digits, None);
        await _store.PutProjectAsync(new Project(new ProjectId("words-000000"), "words", "/srv/words"), None);

        (await Projects.SetProjectAsync(Digits.Id, new ProjectChange { Title = "x", Location = "/srv/words" }, StoreSamples.Ada, None)).ShouldBeFalse();
        (await Projects.SetProjectAsync(new ProjectId("nobody-000000"), new ProjectChange { Title = "x" }, StoreSamples.Ada, None)).ShouldBeFalse();
        (await Projects.SetProjectAsync(Digits.Id, new ProjectChange { Location = "/srv/numbers" }, StoreSamples.Ada, None)).ShouldBeTrue();

        (await _store.ListProjectsAsync(None)).Select(project => (project.Name, project.Location)).ShouldBe([("digits", "/srv/numbers"), ("words", "/srv/words")]);
    }

    [Fact(Timeout = Patience)]
    public async Task How_much_stays_of_a_project_is_kept_until_it_is_said_otherwise()
    {
        await _store.PutProjectAsync(Digits, None);

        await Projects.SetProjectAsync(Digits.Id, new ProjectChange { Retention = new ProjectRetention(ProjectRetention.All, TimeSpan.FromDays(30)) }, StoreSamples.Ada, None);
        await Projects.SetProjectAsync(Digits.Id, new ProjectChange { Title = "x" }, StoreSamples.Ada, None);
        await _store.PutProjectAsync(Digits, None);
        (await Projects.ListProjectStandingsAsync(None)).ShouldHaveSingleItem().Retention.ShouldBe(new ProjectRetention(ProjectRetention.All, TimeSpan.FromDays(30)));

        await Projects.SetProjectAsync(Digits.Id, new ProjectChange { Retention = new ProjectRetention(5, null) }, StoreSamples.Ada, None);
        (await Projects.ListProjectStandingsAsync(None)).ShouldHaveSingleItem().Retention.ShouldBe(new ProjectRetention(5, null));
    }

    [Fact(Timeout = Patience)]
    public async Task A_removed_project_keeps_its_runs_and_is_back_when_it_is_put_again()
    {
        var run = await EndedRunAsync();

        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: false, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.Removed);

        (await Projects.ListProjectStandingsAsync(None)).ShouldBeEmpty();
        (await _store.FindRunAsync(run.Id, None)).ShouldNotBeNull();
        await _store.PutProjectAsync(Digits, None);
        (await Projects.ListProjectStandingsAsync(None)).ShouldHaveSingleItem().Runs.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task Removed_runs_are_found_by_nobody_and_their_numbers_are_not_given_again_before_they_are_swept()
    {
        var run = await EndedRunAsync();
        await EndedRunAsync();

        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: true, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.Removed);

        (await _store.FindRunAsync(run.Id, None)).ShouldBeNull();
        (await _store.AddRunAsync()).Id.Number.ShouldBe(3);
        await _store.ReclaimAsync(None);
        (await _store.ListRunsAsync(new RunQuery(), None)).ShouldHaveSingleItem().Id.Number.ShouldBe(3);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_open_pinned_or_a_forges_is_not_removed()
    {
        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: false, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.NotThere);

        var run = await _store.AddRunAsync(trials: 1);
        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: false, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.HasOpenRuns);
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon), None);
        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: false, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.HasOpenRuns, "a trial of it has not ended");
        await _store.UpdateTrialAsync(new TrialUpdate(new TrialId(run.Id, 1), TrialState.Queued, TrialState.Cancelled), None);

        await _store.PinRunAsync(run.Id, true, StoreSamples.Ada, None);
        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: true, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.HasPinnedRuns);

        await ((IForgeStore)_store).PutRepositoryAsync(Digits, new ForgeRepository(Digits.Id, "github", 7, "ada", "digits", "https://github.com/ada/digits.git", "main"), None);
        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: false, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.IsOfForge);
        (await Projects.ListProjectStandingsAsync(None)).ShouldHaveSingleItem().Forge.ShouldBe("github");
    }

    [Fact(Timeout = Patience)]
    public async Task A_repository_of_plain_git_is_let_go_of_with_its_project_and_taken_in_again()
    {
        var forges = (IForgeStore)_store;
        var repository = new ForgeRepository(Digits.Id, "git", 7, "git.example.org", "digits", "https://git.example.org/digits.git", "");
        await forges.PutRepositoryAsync(Digits, repository, None);

        (await Projects.RemoveProjectAsync(Digits.Id, withRuns: false, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.Removed);
        (await forges.FindRepositoryAsync(Digits.Id, None))!.IsRemoved.ShouldBeTrue();

        await forges.PutRepositoryAsync(Digits, repository, None);
        await forges.SetRemovedAsync(Digits.Id, isRemoved: false, heardBy: 0, None);
        (await Projects.ListProjectStandingsAsync(None)).ShouldHaveSingleItem().Forge.ShouldBe("git");
        (await forges.FindRepositoryAsync(Digits.Id, None))!.IsRemoved.ShouldBeFalse();
    }

    private async Task<Run> EndedRunAsync()
    {
        var run = await _store.AddRunAsync();
        await _store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon), None);
        return run;
    }
}
