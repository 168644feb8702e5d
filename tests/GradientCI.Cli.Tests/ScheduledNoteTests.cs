using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Schedules;

namespace GradientCI.Cli.Tests;

/// <summary>From a schedule that is due to the note at the commit of a bare repository.</summary>
public sealed class ScheduledNoteTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _places = new();
    private readonly GradientCliHost _cli;

    public ScheduledNoteTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _places.Dispose();
        _repository.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_scheduled_run_of_a_bare_repository_ends_with_a_note_at_its_commit()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest + "\n    on: { schedule: \"30 8 * * *\" }\n");
        _repository.Commit("Train every morning");
        var bare = _places["toys.git"];
        _repository.Git("clone", "-q", "--bare", _repository.Path, bare);
        (await _cli.TypeAsync("project", "add", bare)).ShouldEndWith(0);

        var due = await DueAsync();
        (await _cli.TypeAsync("worker", "--until-idle")).ShouldEndWith(0);

        due.ShouldContain("toy#1 queued");
        _repository.Git("-C", bare, "notes", "--ref=gradientci", "show", "HEAD").ShouldStartWith("toy#1 passed: score 6");
    }

    // As the service's clock delivers it.
    private async Task<string> DueAsync()
    {
        var data = new DataFolder(_cli.Data);
        await using var store = await SqliteExperimentStore.OpenAsync(data.Root, TimeProvider.System, CancellationToken.None);
        var project = (await store.ListProjectsAsync(CancellationToken.None)).Single().Id;
        var body = Encoding.UTF8.GetBytes($$"""{"Project": "{{project}}", "Experiment": "toy", "At": "2026-01-05T08:30Z"}""");
        var delivery = new Delivery($"due:{project}:toy:2026-01-05T08:30Z", "run-due", new DateTimeOffset(2026, 1, 5, 8, 30, 0, TimeSpan.Zero), body);
        var runs = new ScheduledRuns(data, store, store, new PlainGit(), new Provenance(), "process", TimeProvider.System);
        return (await runs.HandleAsync(delivery, CancellationToken.None)).ShouldNotBeNull().Note;
    }
}
