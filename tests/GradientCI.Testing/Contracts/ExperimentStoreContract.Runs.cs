using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Specs;

namespace GradientCI.Testing.Contracts;

public abstract partial class ExperimentStoreContract
{
    [Fact(Timeout = Patience)]
    public async Task A_project_is_recorded_once_and_renewed_afterwards()
    {
        await Store.PutProjectAsync(StoreSamples.Project("b"), None);
        await Store.PutProjectAsync(StoreSamples.Project("a"), None);
        await Store.PutProjectAsync(new Project(new ProjectId("b"), "it's \"new\" 日本", "https://example.org/b"), None);

        (await Store.ListProjectsAsync(None)).ShouldBe([StoreSamples.Project("a"), new Project(new ProjectId("b"), "it's \"new\" 日本", "https://example.org/b")]);
    }

    [Fact(Timeout = Patience)]
    public async Task Everything_of_a_run_is_kept()
    {
        await Store.PutProjectAsync(StoreSamples.Project(), None);
        for (var seed = 0; seed < 20; seed++)
        {
            var run = StoreSamples.Run() with
            {
                Spec = RandomSpecs.Next(new Random(seed)),
                Commit = new Commit
                {
                    Sha = new CommitSha(new string('d', 64)), Tree = "tree", Parents = [new CommitSha(new string('e', 40)), new CommitSha(new string('f', 40))],
                    AuthorName = "Ådä", AuthorEmail = "a@b", Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(-7)),
                    Message = "🙂\n\n'; DROP TABLE runs; --\0", Ref = "refs/heads/main",
                },
                Baseline = seed % 2 == 0 ? null : new RunId(new ProjectId("other"), "digits", 7),
                BaselineNote = "the parent",
                Provenance = new Provenance
                {
                    Host = "h", OperatingSystem = "o", Cpu = "c", MemoryBytes = 1L << 40, Gpus = ["a100", "a100"], GpuDriver = "d",
                    GitVersion = "2.39", RuntimeVersion = "10", ProductVersion = "0.1", ImageDigest = "sha256:1", BaseImageDigest = "sha256:0",
                    Datasets = [new DatasetVersion("mnist", "sha256:2", "/data/mnist")],
                },
                Executor = "docker",
                SamplerNote = "tpe",
                WarmStart = seed % 3 == 0 ? null : new WarmStart(seed, [seed, 1], seed % 3 == 1 ? null : 0.1 * seed),
                Changes = [new FileChange("a b", "renamed", "c", 1, 2), new FileChange("bin", "added", null, null, null)],
                Notices = ["lfs"],
            };

            var created = await Store.CreateRunAsync(run, null, None);

            var expected = Described.As(run with { Id = run.Id with { Number = seed + 1 } });
            Described.As(created).ShouldBe(expected);
            Described.As(await Store.FindRunAsync(created.Id, None)).ShouldBe(expected);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_front_is_kept_until_the_run_is_taken_up_again()
    {
        var run = await Store.AddRunAsync(run: StoreSamples.Run() with { Provenance = new Provenance { Host = "gpu1" } });
        var end = new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon) { Front = new FrontSummary(4, [0.93, -8]) };

        await Store.UpdateRunAsync(end, None);
        var ended = (await Store.FindRunAsync(run.Id, None))!;
        await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Finished], RunState.Queued, StoreSamples.Noon), None);
        var again = (await Store.FindRunAsync(run.Id, None))!;

        ended.Front!.Sets.ShouldBe(4);
        ended.Front.Best.ShouldBe([0.93, -8]);
        again.Front.ShouldBeNull();
        again.Provenance.Host.ShouldBe("gpu1");
    }

    [Fact(Timeout = Patience)]
    public async Task The_first_digest_of_a_runs_image_counts()
    {
        var run = await Store.AddRunAsync(run: StoreSamples.Run() with { Provenance = new Provenance { Host = "gpu1" } });
        var update = new RunUpdate(run.Id, [RunState.Queued, RunState.Running], RunState.Running, StoreSamples.Noon);

        await Store.UpdateRunAsync(update with { ImageDigest = "sha256:1", BaseImageDigest = "sha256:0" }, None);
        await Store.UpdateRunAsync(update with { ImageDigest = "sha256:2", BaseImageDigest = "sha256:9" }, None);
        await Store.UpdateRunAsync(update, None);

        Described.As((await Store.FindRunAsync(run.Id, None))!.Provenance).ShouldBe(Described.As(new Provenance { Host = "gpu1", ImageDigest = "sha256:1", BaseImageDigest = "sha256:0" }));
    }

    [Fact(Timeout = Patience)]
    public async Task The_first_versions_of_a_runs_datasets_count()
    {
        var run = await Store.AddRunAsync(run: StoreSamples.Run() with { Provenance = new Provenance { Host = "gpu1" } });
        var update = new RunUpdate(run.Id, [RunState.Queued, RunState.Running], RunState.Running, StoreSamples.Noon);
        var first = new DatasetVersion("mnist", "sha256:1", "/data/mnist");

        await Store.UpdateRunAsync(update with { Datasets = [first], ImageDigest = "sha256:3" }, None);
        await Store.UpdateRunAsync(update with { Datasets = [first with { Version = "sha256:2" }] }, None);
        await Store.UpdateRunAsync(update, None);

        Described.As((await Store.FindRunAsync(run.Id, None))!.Provenance)
            .ShouldBe(Described.As(new Provenance { Host = "gpu1", ImageDigest = "sha256:3", Datasets = [first] }));
    }

    [Fact(Timeout = Patience)]
    public async Task Times_are_kept_to_the_millisecond_and_in_UTC()
    {
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 891, TimeSpan.FromHours(2)).AddTicks(1234);

        var run = await Store.AddRunAsync(run: StoreSamples.Run() with { CreatedAt = time });

        run.CreatedAt.ShouldBe(new DateTimeOffset(2026, 3, 4, 3, 6, 7, 891, TimeSpan.Zero));
        run.CreatedAt.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact(Timeout = Patience)]
    public async Task Runs_count_from_one_per_project_and_experiment()
    {
        foreach (var (project, experiment, number) in new[] { ("p", "a", 1), ("p", "a", 2), ("p", "b", 1), ("q", "a", 1), ("p", "a", 3) })
        {
            (await Store.AddRunAsync(run: StoreSamples.Run(experiment, project))).Id.ShouldBe(new RunId(new ProjectId(project), experiment, number));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Twenty_creators_at_once_get_numbers_without_a_gap()
    {
        await Store.PutProjectAsync(StoreSamples.Project(), None);
        await using var second = await OpenAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Store : second).CreateRunAsync(StoreSamples.Run(), null, None)));

        runs.Select(run => run.Id.Number).Order().ShouldBe(Enumerable.Range(1, 20));
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_of_an_unknown_project_is_refused_and_takes_no_number()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Store.CreateRunAsync(StoreSamples.Run(), null, None));

        (await Store.AddRunAsync()).Id.Number.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_does_not_exist_is_null()
    {
        (await Store.FindRunAsync(new RunId(new ProjectId("p"), "digits", 1), None)).ShouldBeNull();
        (await Store.ListTrialsAsync(new RunId(new ProjectId("p"), "digits", 1), None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_goes_from_queued_to_running_to_finished_and_knows_when()
    {
        var run = await Store.AddRunAsync();

        (await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, StoreSamples.Noon.AddSeconds(1), Notices: ["one"]), None)).ShouldBeTrue();
        (await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Running], RunState.Running, StoreSamples.Noon.AddSeconds(2), Notices: ["two", "three"]), None)).ShouldBeTrue();
        (await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued, RunState.Running], RunState.Errored, StoreSamples.Noon.AddSeconds(3), "disk"), None)).ShouldBeTrue();

        Described.As(await Store.FindRunAsync(run.Id, None)).ShouldBe(Described.As(run with
        {
            State = RunState.Errored, StartedAt = StoreSamples.Noon.AddSeconds(1), EndedAt = StoreSamples.Noon.AddSeconds(3), Problem = "disk",
            Notices = ["one", "two", "three"],
        }));
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_that_is_taken_up_again_has_not_ended()
    {
        var run = await Store.AddRunAsync();
        await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon, "by Ada"), None);

        await Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Cancelled], RunState.Running, StoreSamples.Noon.AddSeconds(5)), None);

        var again = (await Store.FindRunAsync(run.Id, None))!;
        again.EndedAt.ShouldBeNull();
        again.Problem.ShouldBeEmpty();
        again.StartedAt.ShouldBe(StoreSamples.Noon.AddSeconds(5));
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_in_another_state_stays_as_it_is()
    {
        var run = await Store.AddRunAsync();

        var moved = await Store.UpdateRunAsync(
            new RunUpdate(run.Id, [RunState.Running, RunState.Errored], RunState.Finished, StoreSamples.Noon, "no", ["no"]), None);

        moved.ShouldBeFalse();
        Described.As(await Store.FindRunAsync(run.Id, None)).ShouldBe(Described.As(run));
        (await Store.UpdateRunAsync(new RunUpdate(run.Id with { Number = 2 }, [RunState.Queued], RunState.Running, StoreSamples.Noon), None)).ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task Of_twenty_that_move_a_run_on_one_is_first()
    {
        var run = await Store.AddRunAsync();
        await using var second = await OpenAsync();

        var moved = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? Store : second).UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, StoreSamples.Noon, Notices: ["n"]), None)));

        moved.Count(first => first).ShouldBe(1);
        (await Store.FindRunAsync(run.Id, None))!.Notices.Length.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task Runs_are_listed_newest_first_by_what_is_asked()
    {
        await Store.AddRunAsync(run: StoreSamples.Run("a", "p", '1'));
        await Store.AddRunAsync(run: StoreSamples.Run("b", "p", '2'));
        await Store.AddRunAsync(run: StoreSamples.Run("a", "q", '2'));
        var last = await Store.AddRunAsync(run: StoreSamples.Run("a", "p", '3'));
        await Store.UpdateRunAsync(new RunUpdate(last.Id, [RunState.Queued], RunState.Running, StoreSamples.Noon), None);

        (await ListAsync(new RunQuery())).ShouldBe("p/a#2 q/a#1 p/b#1 p/a#1");
        (await ListAsync(new RunQuery { Limit = 2 })).ShouldBe("p/a#2 q/a#1");
        (await ListAsync(new RunQuery { Limit = -1 })).ShouldBe("");
        (await ListAsync(new RunQuery { Project = new ProjectId("p") })).ShouldBe("p/a#2 p/b#1 p/a#1");
        (await ListAsync(new RunQuery { Experiment = "a", Project = new ProjectId("p") })).ShouldBe("p/a#2 p/a#1");
        (await ListAsync(new RunQuery { Number = 1, Limit = 2 })).ShouldBe("q/a#1 p/b#1");
        (await ListAsync(new RunQuery { BeforeNumber = 2 })).ShouldBe("q/a#1 p/b#1 p/a#1");
        (await ListAsync(new RunQuery { Commit = new CommitSha(new string('2', 40)) })).ShouldBe("q/a#1 p/b#1");
        (await ListAsync(new RunQuery { CommitPrefix = "22" })).ShouldBe("q/a#1 p/b#1");
        (await ListAsync(new RunQuery { CommitPrefix = "" })).ShouldBe("p/a#2 q/a#1 p/b#1 p/a#1");
        (await ListAsync(new RunQuery { State = RunState.Running })).ShouldBe("p/a#2");
    }

    [Fact(Timeout = Patience)]
    public async Task An_exact_commit_is_not_a_prefix()
    {
        var longer = StoreSamples.Run();
        await Store.AddRunAsync(run: longer with { Commit = longer.Commit with { Sha = new CommitSha(new string('a', 64)) } });

        (await ListAsync(new RunQuery { Commit = new CommitSha(new string('a', 40)) })).ShouldBe("");
    }

    [Theory(Timeout = Patience)]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("a%")]
    [InlineData("a' OR '1'='1")]
    [InlineData("*")]
    [InlineData("g")]
    public async Task A_prefix_that_is_no_name_finds_nothing(string prefix)
    {
        await Store.AddRunAsync();

        (await ListAsync(new RunQuery { CommitPrefix = prefix })).ShouldBe("");
    }

    private async Task<string> ListAsync(RunQuery query) =>
        string.Join(' ', (await Store.ListRunsAsync(query, None)).Select(run => $"{run.Id.Project}/{run.Id}"));
}
