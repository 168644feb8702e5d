using System.Text.Json;
using System.Text.RegularExpressions;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using Microsoft.Data.Sqlite;

namespace GradientCI.Cli.Tests;

public sealed class DoctorTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _bare = new();
    private readonly GradientCliHost _cli;

    public DoctorTests()
    {
        _cli = new GradientCliHost(_repository.Path);
        _repository.Git("init", "-q", "--bare", _bare.Path);
        File.SetUnixFileMode(_cli.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_healthy_machine_has_a_line_for_everything_and_no_problem()
    {
        await (await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None)).DisposeAsync();
        var before = Directory.EnumerateFileSystemEntries(_cli.Data).ToList();

        var answer = await _cli.TypeAsync("doctor", "--repo", _repository.Path);

        answer.ShouldEndWith(0);
        foreach (var name in new[] { "git", "programs", "gpu", "docker", "disk", "permissions", "clock", "limits", "database", "workers", "pause", "secrets", "deliveries", "answers", "hook" })
        {
            answer.Out.ShouldMatch($"(?m)^{name} +(ok|warning) +");
        }

        Directory.EnumerateFileSystemEntries(_cli.Data).ShouldBe(before);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_there_is_not_made()
    {
        var data = Path.Combine(_cli.Data, "none");

        (await _cli.TypeAsync("doctor", "--data", data)).ShouldEndWith(0).Out.ShouldContain("There is none yet; the first run makes it.");

        Directory.Exists(data).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_damaged_database_is_a_problem_and_left_alone()
    {
        var path = Path.Combine(_cli.Data, "gradientci.db");
        await File.WriteAllTextAsync(path, "Dear diary, today I trained a net.\n");

        var json = JsonDocument.Parse((await _cli.TypeAsync("doctor", "--json")).ShouldEndWith(3).Out).RootElement;

        json.GetProperty("schema").GetString().ShouldBe("gradientci/doctor/1");
        json.GetProperty("healthy").GetBoolean().ShouldBeFalse();
        var check = json.GetProperty("checks").EnumerateArray().Single(each => each.GetProperty("name").GetString() == "database");
        check.GetProperty("verdict").GetString().ShouldBe("problem");
        check.GetProperty("remedy").GetString()!.ShouldContain("gradientci restore");
        (await File.ReadAllTextAsync(path)).ShouldBe("Dear diary, today I trained a net.\n");
        Directory.EnumerateFileSystemEntries(_cli.Data).ShouldBe([path]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_a_forge_refused_is_a_warning()
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None))
        {
            await store.PutProjectAsync(StoreSamples.Project(), None);
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(_cli.Data, "gradientci.db")};Pooling=False");
            await connection.OpenAsync(None);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT INTO forge_repositories (project, forge, remote_id, owner, name, clone_url, default_branch)
                VALUES ('digits-3fa2c1', 'github', 1, 'ada', 'digits', 'https://example.org', 'main');
                INSERT INTO answers (project, lane, wanted_json, wanted_digest, wanted_at, problem, is_dead)
                VALUES ('digits-3fa2c1', 'comment 7', '{}', 'x', 0, 'The token may not write comments.', 1);
                """;
            await command.ExecuteNonQueryAsync(None);
        }

        var answer = await _cli.TypeAsync("doctor");

        answer.ShouldEndWith(0);
        answer.Out.ShouldContain("1 answer to forges given up; the newest is 'comment 7' of digits-3fa2c1: The token may not write comments.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_delivery_that_was_given_up_is_a_warning()
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None))
        {
            foreach (var id in (string[])["1", "2", "3"])
            {
                await store.ReceiveAsync(new Delivery(id, "push", DateTimeOffset.UnixEpoch, "{}"u8.ToArray()), None);
            }

            await store.EndDeliveryAsync("1", DeliveryState.Failed, "GitHub is down.", default, None);
            await store.EndDeliveryAsync("2", DeliveryState.Failed, "GitHub is down.", default, None);
            await store.EndDeliveryAsync("3", DeliveryState.Done, "Nothing to run.", default, None);
        }

        var answer = await _cli.TypeAsync("doctor");

        answer.ShouldEndWith(0).Out.ShouldMatch("(?m)^deliveries +warning +2 deliveries given up");
        answer.Out.ShouldContain("Redeliver");
    }

    [Fact(Timeout = 60_000)]
    public async Task Runs_that_nobody_drives_are_a_warning_and_a_living_worker_takes_it_away()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None);
        await store.AddRunAsync(trials: 1);

        var before = (await _cli.TypeAsync("doctor")).ShouldEndWith(0).Out;
        await store.RenewAsync(new Worker(new WorkerId("1"), "box", 4711, true), TimeSpan.FromMinutes(1), None);
        var after = (await _cli.TypeAsync("doctor")).ShouldEndWith(0).Out;

        before.ShouldContain("1 run wait, and no worker lives.");
        before.ShouldContain("gradientci worker --until-idle");
        after.ShouldContain("1 worker: process 4711; 1 open run.");
    }

    [Fact]
    public async Task A_bare_repository_without_our_hook_is_a_warning()
    {
        (await HookVerdictAsync()).ShouldMatch("warning .*its post-receive hook is missing");
        _bare.Write("hooks/post-receive", "#!/bin/sh\necho mine\n");
        (await HookVerdictAsync()).ShouldMatch("warning .*its post-receive hook is another one");
    }

    [Fact]
    public async Task The_hook_of_a_bare_repository_is_looked_at_as_hook_status_does()
    {
        (await _cli.TypeAsync("hook", "install", "--repo", _bare.Path)).ShouldEndWith(0);
        var path = Path.Combine(_bare.Path, "hooks", "post-receive");
        var script = await File.ReadAllTextAsync(path);

        (await HookVerdictAsync()).ShouldMatch("ok .*start runs here");
        await File.WriteAllTextAsync(path, Regex.Replace(script, "(?m)^program='.*", "program='/nowhere/gradientci'"));
        (await HookVerdictAsync()).ShouldMatch("problem .*/nowhere/gradientci is gone");
        await File.WriteAllTextAsync(path, script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        (await HookVerdictAsync()).ShouldMatch("problem .*is not executable");
    }

    [Fact]
    public async Task A_hook_that_records_pushes_elsewhere_is_a_warning()
    {
        (await _cli.TypeAsync("hook", "install", "--repo", _bare.Path, "--data", Path.Combine(_bare.Path, "elsewhere"))).ShouldEndWith(0);

        (await HookVerdictAsync()).ShouldMatch("warning .*records pushes in .*/elsewhere, not in");
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_database_is_a_problem()
    {
        Directory.CreateDirectory(Path.Combine(_cli.Data, "gradientci.db"));

        (await _cli.TypeAsync("doctor")).ShouldEndWith(3).Out.ShouldMatch("(?m)^database +problem .*is a folder");
    }

    [Fact]
    public async Task A_folder_that_others_may_write_is_a_problem()
    {
        File.SetUnixFileMode(_cli.Data, (UnixFileMode)0x1FF);

        (await _cli.TypeAsync("doctor")).ShouldEndWith(3).Out.ShouldContain($"Run: chmod go-w {_cli.Data}");
        (await _cli.TypeAsync("doctor", "--data", Path.Combine(_cli.Data, "below"))).ShouldEndWith(3).Out.ShouldContain($"Run: chmod o-w {_cli.Data}");
    }

    [Fact]
    public async Task A_repository_that_is_none_and_programs_that_are_missing_are_problems()
    {
        _cli.Peculiar = terminal => terminal with { Variable = name => name == "PATH" ? "/nowhere" : terminal.Variable(name) };

        var answer = await _cli.TypeAsync("doctor", "--repo", _cli.Data);

        answer.ShouldEndWith(3);
        answer.Out.ShouldMatch("(?m)^git +problem .*is not in a Git repository");
        answer.Out.ShouldMatch("(?m)^programs +problem .*sh, setsid, flock, timeout");
    }

    [Fact]
    public async Task A_clock_that_cannot_be_right_is_a_problem()
    {
        _cli.Peculiar = terminal => terminal with { Time = new ManualTimeProvider(DateTimeOffset.UnixEpoch) };

        (await _cli.TypeAsync("doctor")).ShouldEndWith(3).Out.ShouldMatch("(?m)^clock +problem .*1970-01-01");
    }

    [FactOnSmallDisk]
    public async Task A_disk_with_less_than_the_reserve_is_a_problem()
    {
        using var disk = new SmallDisk(Path.Combine(_cli.Data, "disk"), megabytes: 4);

        (await _cli.TypeAsync("doctor", "--data", disk.Path)).ShouldEndWith(3).Out.ShouldMatch(@"(?m)^disk +problem +4\.0 MiB are free on .*\(tmpfs\), and trials start only while there are 256\.0 MiB\.");
    }

    private async Task<string> HookVerdictAsync() =>
        (await _cli.TypeAsync("doctor", "--repo", _bare.Path)).Out.Split('\n').Single(line => line.StartsWith("hook ", StringComparison.Ordinal));

    public void Dispose()
    {
        _cli.Dispose();
        _bare.Dispose();
        _repository.Dispose();
    }
}
