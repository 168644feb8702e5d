using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.BareGit;
using Microsoft.Data.Sqlite;

namespace GradientCI.Webhook.Tests.BareGit;

public sealed class PushInboxTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_push_that_is_taken_twice_gives_the_same_run()
    {
        await using var stage = await PushStage.SetAsync();
        var path = await SpoolAsync(stage);
        var copy = await File.ReadAllTextAsync(path);
        await stage.Inbox.TakeAsync(default);

        // As if the worker had been killed after it recorded the run; and a second hook that told of the same push.
        await File.WriteAllTextAsync(path, copy);
        await File.WriteAllTextAsync(Path.Combine(stage.Data.Inbox, "second.push"), copy);
        (await stage.Inbox.TakeAsync(default)).ShouldBe(2);

        (await stage.RunsAsync()).Length.ShouldBe(1);
        Directory.EnumerateFiles(stage.Data.Inbox, "*.push").ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Pushes_are_taken_oldest_first()
    {
        await using var stage = await PushStage.SetAsync();
        var tips = Enumerable.Range(1, 4).Select(number => stage.Commit($"Commit {number}")).ToList();
        stage.Work.Git("push", "--quiet", stage.Bare, "main");
        foreach (var file in Directory.EnumerateFiles(stage.Data.Inbox))
        {
            File.Delete(file);
        }

        for (var at = 0; at < tips.Count; at++)
        {
            var path = Write(stage, $"{9 - at}.push", $"{new string('0', 40)} {tips[at]} refs/heads/main\n");
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, at, 0, DateTimeKind.Utc));
        }

        await stage.Inbox.TakeAsync(default);

        (await stage.SubjectsAsync()).ShouldBe("Commit 1, Commit 2, Commit 3, Commit 4");
    }

    public static TheoryData<string, string> Unusable() => new()
    {
        { "", "It is not what the hook writes." },
        { "gradientci push 1\nrepository /x\n\nend", "It is not what the hook writes." },
        { "gradientci push 2\nrepository /x\n\nend\n", "It is not what the hook writes." },
        { "gradientci push 1\nrepository ../x\n\nend\n", "It is not what the hook writes." },
        { "gradientci push 1\nrepository /x\nend\n", "It is not what the hook writes." },
        { new string('x', SpooledPush.MaxBytes + 1), "It has 1,048,577 bytes; at most 1,048,576 are read." },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Unusable))]
    public async Task What_no_hook_wrote_is_moved_away_with_a_sentence(string text, string why)
    {
        await using var stage = await PushStage.SetAsync();
        await File.WriteAllTextAsync(Path.Combine(stage.Data.Inbox, "odd.push"), text);
        using var reader = Pipe(stage, "odd");

        (await stage.Inbox.TakeAsync(default)).ShouldBe(1);

        Read(reader).ShouldContain(why);
        File.Exists(Path.Combine(stage.Data.Inbox, "rejected", "odd.push")).ShouldBeTrue();
        (await stage.Inbox.TakeAsync(default)).ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_link_and_a_strangers_file_are_moved_away()
    {
        await using var stage = await PushStage.SetAsync();
        File.CreateSymbolicLink(Path.Combine(stage.Data.Inbox, "link.push"), await SpoolAsync(stage));
        var foreign = Write(stage, "foreign.push", "");
        var isForeign = (await Shell.RunAsync("/", "chown", ["65534", foreign])).Code == 0;

        (await stage.Inbox.TakeAsync(default)).ShouldBe(3);

        (await stage.RunsAsync()).Length.ShouldBe(1);
        Directory.EnumerateFileSystemEntries(Path.Combine(stage.Data.Inbox, "rejected")).Select(Path.GetFileName).Order()
            .ShouldBe(isForeign ? ["foreign.push", "link.push"] : ["link.push"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_waits_for_nobody()
    {
        await using var stage = await PushStage.SetAsync();
        var path = await SpoolAsync(stage);
        await Shell.RunAsync("/", "mkfifo", [Path.ChangeExtension(path, ".answer")]);

        await stage.Inbox.TakeAsync(default);

        (await stage.RunsAsync()).Length.ShouldBe(1);
        File.Exists(Path.ChangeExtension(path, ".answer")).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repository_that_moved_is_answered_and_forgotten()
    {
        await using var stage = await PushStage.SetAsync();
        await SpoolAsync(stage);
        Directory.Move(stage.Bare, stage.Bare + ".away");

        (await stage.Inbox.TakeAsync(default)).ShouldBe(1);

        (await stage.RunsAsync()).ShouldBeEmpty();
        Directory.EnumerateFiles(stage.Data.Inbox, "*.push").ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_commit_that_the_repository_lacks_is_answered_and_other_refs_go_on()
    {
        await using var stage = await PushStage.SetAsync();
        var path = await SpoolAsync(stage);
        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, text.Replace("\nend\n", $"\nnot a ref\nend\n").Replace("\n\n", $"\n\n{new string('0', 40)} {new string('a', 40)} refs/heads/gone\n"));
        using var reader = Pipe(stage, Path.GetFileNameWithoutExtension(path));

        await stage.Inbox.TakeAsync(default);

        var answer = Read(reader);
        answer.ShouldContain("say gone starts nothing. The repository ");
        answer.ShouldContain("say 'not a ref' is no ref that starts a run.");
        answer.ShouldContain("run digits#1\nend\n");
    }

    [FactOnSmallDisk(Timeout = 60_000)]
    public async Task A_full_database_keeps_the_push_until_there_is_space()
    {
        await using var stage = await PushStage.SetAsync();
        using var disk = new SmallDisk(stage["small"], 2);
        var data = new DataFolder(stage["small"]);
        await using var store = await SqliteExperimentStore.OpenAsync(data.Root, TimeProvider.System, default);
        var time = new ManualTimeProvider();
        var inbox = new PushInbox(data, store, new Provenance(), time);
        var text = await File.ReadAllTextAsync(await SpoolAsync(stage));
        Directory.CreateDirectory(data.Inbox);
        await File.WriteAllTextAsync(Path.Combine(data.Inbox, "one.push"), text);
        await HookScriptTests.FillAsync(data.Root);

        var problem = await Should.ThrowAsync<GradientException>(() => inbox.TakeAsync(default));
        File.Delete(Path.Combine(data.Root, "filler"));

        problem.Kind.ShouldBe(FailureKind.Environment);
        time.Advance(TimeSpan.FromSeconds(10));
        (await inbox.TakeAsync(default)).ShouldBe(1);
        (await store.ListRunsAsync(new RunQuery(), default)).Length.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_push_that_the_store_refuses_is_not_tried_at_every_beat_and_holds_up_no_new_one()
    {
        await using var stage = await PushStage.SetAsync();
        var time = new ManualTimeProvider();
        var inbox = new PushInbox(stage.Data, stage.Store, new Provenance(), time);
        var path = await SpoolAsync(stage);
        Execute(stage, "ALTER TABLE projects RENAME TO hidden");

        await Should.ThrowAsync<GradientException>(() => inbox.TakeAsync(default));
        (await inbox.TakeAsync(default)).ShouldBe(0);
        File.Copy(path, Path.Combine(stage.Data.Inbox, "second.push"));
        await Should.ThrowAsync<GradientException>(() => inbox.TakeAsync(default));

        Execute(stage, "ALTER TABLE hidden RENAME TO projects");
        (await inbox.TakeAsync(default)).ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(10));
        (await inbox.TakeAsync(default)).ShouldBe(2);
        (await stage.RunsAsync()).Length.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_inbox_that_cannot_be_used_is_not_tried_at_every_beat()
    {
        await using var stage = await PushStage.SetAsync();
        var time = new ManualTimeProvider();
        var inbox = new PushInbox(stage.Data, stage.Store, new Provenance(), time);
        await SpoolAsync(stage);
        var obstacle = Directory.CreateDirectory(Path.Combine(stage.Data.Inbox, ".lock"));

        await Should.ThrowAsync<GradientException>(() => inbox.TakeAsync(default));
        (await inbox.TakeAsync(default)).ShouldBe(0);

        obstacle.Delete();
        time.Advance(TimeSpan.FromSeconds(10));
        (await inbox.TakeAsync(default)).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Arrival_ends_with_a_file_that_waits_and_with_one_that_comes()
    {
        await using var stage = await PushStage.SetAsync();
        var arrival = stage.Inbox.ArrivedAsync(default);
        arrival.IsCompleted.ShouldBeFalse();

        await SpoolAsync(stage);

        await arrival;
        await stage.Inbox.ArrivedAsync(default);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_another_worker_is_taking_is_looked_at_again_after_a_while()
    {
        await using var stage = await PushStage.SetAsync();
        var time = new ManualTimeProvider();
        var inbox = new PushInbox(stage.Data, stage.Store, new Provenance(), time);
        await SpoolAsync(stage);
        using (new FileStream(Path.Combine(stage.Data.Inbox, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            (await inbox.TakeAsync(default)).ShouldBe(0);
        }

        var arrival = inbox.ArrivedAsync(default);
        arrival.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(5));

        await arrival;
        (await inbox.TakeAsync(default)).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Arrival_is_given_up_on_request()
    {
        await using var stage = await PushStage.SetAsync();
        using var stop = new CancellationTokenSource();
        var arrival = stage.Inbox.ArrivedAsync(stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => arrival);
    }

    // A real push whose hook finds no program to start, so that its record stays.
    private static async Task<string> SpoolAsync(PushStage stage)
    {
        await stage.PushAsync("main");
        return Directory.EnumerateFiles(stage.Data.Inbox, "*.push").Single();
    }

    private static void Execute(PushStage stage, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={stage.Data.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Write(PushStage stage, string name, string refs)
    {
        var path = Path.Combine(stage.Data.Inbox, name);
        File.WriteAllText(path, $"gradientci push 1\nrepository {stage.Bare}\n\n{refs}end\n");
        return path;
    }

    // Opened at both ends, as the hook does.
    private static FileStream Pipe(PushStage stage, string name)
    {
        var path = Path.Combine(stage.Data.Inbox, name + ".answer");
        Shell.RunAsync("/", "mkfifo", [path]).GetAwaiter().GetResult();
        return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    }

    private static string Read(FileStream pipe)
    {
        var buffer = new byte[64 << 10];
        return Encoding.UTF8.GetString(buffer, 0, pipe.Read(buffer));
    }
}
