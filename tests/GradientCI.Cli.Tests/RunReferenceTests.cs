using GradientCI.Runner.Git;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Cli.Tests;

/// <summary>Which run a name means, and which commands may reach how far.</summary>
public sealed class RunReferenceTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public RunReferenceTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("cancel", "toy#1.2")]
    [InlineData("report", "toy#1.2")]
    [InlineData("compare", "toy#1.2")]
    [InlineData("compare", "toy#1", "toy#1.2")]
    public async Task A_trial_is_not_taken_for_its_whole_run(string command, params string[] names)
    {
        await AddRunsAsync(1);

        var answer = await _cli.TypeAsync([command, .. names]);

        answer.ShouldEndWith(2);
        answer.Error.ShouldContain($"error: toy#1.2 is a trial, and {command} takes whole runs.");
        answer.Error.ShouldContain($"hint: Name its run: gradientci {command} toy#1");
        (await _cli.TypeAsync("list")).Out.ShouldContain("queued");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task A_run_of_another_project_is_not_changed_by_a_slip(string command)
    {
        await AddRunsAsync(1);
        using var other = ExampleRepository.Create();
        _cli.Directory = other.Path;

        var answer = await _cli.TypeAsync(command, "toy#1");

        answer.ShouldEndWith(2).Error.ShouldContain("error: This repository has no run 'toy#1'.");
        (await _cli.TypeAsync("show", "toy#1")).ShouldEndWith(0).Out.ShouldContain("queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_of_another_repository_is_cancelled_when_that_is_named()
    {
        await AddRunsAsync(1);
        using var empty = new TemporaryFolder();
        _cli.Directory = empty.Path;

        (await _cli.TypeAsync("cancel", "toy#1")).ShouldEndWith(2).Error.ShouldContain(empty.Path);
        (await _cli.TypeAsync("cancel", "toy#1", "--repo", _repository.Path)).ShouldEndWith(0).Out.ShouldBe("toy#1 is cancelled.\n");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_is_found_by_its_number_after_a_thousand_newer_ones()
    {
        await AddRunsAsync(1_005);

        (await _cli.TypeAsync("show", "toy#5")).ShouldEndWith(0).Out.ShouldContain("toy#5  queued");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_several_projects_have_is_refused_and_latest_is_the_newest()
    {
        await AddRunsAsync(1, project: "one");
        await AddRunsAsync(2, project: "two");

        (await _cli.TypeAsync("show", "toy")).ShouldEndWith(2).Error.ShouldContain("error: 'toy' is a run of several projects: one, two.");
        (await _cli.TypeAsync("show", "toy#2")).ShouldEndWith(0);
        (await _cli.TypeAsync("show", "latest")).ShouldEndWith(0);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private async Task AddRunsAsync(int count, string? project = null)
    {
        await using var repository = await GitRepository.OpenAsync(_repository.Path, CancellationToken.None);
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, CancellationToken.None);
        var run = StoreSamples.Run("toy", project ?? ProjectIdentity.Of(repository).Id.Value);
        await store.AddRunAsync(trials: 3, run);
        if (project is null)
        {
            await store.PutProjectAsync(ProjectIdentity.Of(repository), CancellationToken.None);
        }

        for (var made = 1; made < count; made++)
        {
            await store.CreateRunAsync(run, null, CancellationToken.None);
        }
    }
}
