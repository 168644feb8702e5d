using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Secrets;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing.Contracts;

namespace GradientCI.Scenarios.Tests;

/// <summary>Whoever adopts an attempt masks what it was started with.</summary>
public sealed class AttemptSecretsTests : IAsyncLifetime
{
    private const string Manifest = """
        version: 1
        experiments:
          toy:
            command: "true"
            secrets: [API_KEY, { OTHER: file }]
        """;

    private static readonly CancellationToken None = CancellationToken.None;

    private Stage _stage = null!;
    private SqliteExperimentStore _store = null!;
    private Run _run = null!;

    private AttemptId Attempt => new(new TrialId(_run.Id, 1), 1);

    private SecretKeyFile Keys => SecretKeyFile.Locate(_stage.Bench.Data, _ => null);

    public async Task InitializeAsync()
    {
        _stage = await Stage.SetAsync(Manifest, "[]");
        _store = await SqliteExperimentStore.OpenAsync(_stage.Bench.Data.Root, TimeProvider.System, None);
        _stage.Bench = _stage.Bench with { Secrets = new SecretVault(_store, Keys, TimeProvider.System) };
        _run = await _stage.PlanAsync();
        Directory.CreateDirectory(_stage.Bench.Data.State(Attempt));
        Directory.CreateDirectory(Path.GetDirectoryName(_stage.Bench.Data.Log(Attempt))!);
        await SetAsync("first-value-of-it", "the-other-value");
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _stage.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_set_anew_meanwhile_changes_nothing_of_what_is_masked()
    {
        var (output, log) = (_stage.Bench.Data.Output(Attempt), _stage.Bench.Data.Log(Attempt));
        var begun = AttemptSecrets.Begin(_run, Attempt, await AttemptSecrets.ReadAsync(_run, _stage.Bench), _stage.Bench);
        await File.AppendAllTextAsync(output, "one first-value-of-it two first-val");
        begun.Pump(isComplete: false);
        await SetAsync("second-value-of-it", "another-value");

        var adopted = AttemptSecrets.Adopt(_run, Attempt, _stage.Bench);
        await File.AppendAllTextAsync(output, "ue-of-it the-other-value three\n");
        adopted.Pump(isComplete: true);
        adopted.Remove();

        (await File.ReadAllTextAsync(log)).ShouldBe("one *** two *** *** three\n");
        Directory.EnumerateFiles(_stage.Bench.Data.State(Attempt)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_hears_from_an_attempt_otherwise_masks_it_while_it_runs()
    {
        var (vault, data) = (_stage.Bench.Secrets!, _stage.Bench.Data);
        vault.MaskerOf(Attempt, data).Mask("acc-of-first-value-of-it").ShouldBe("acc-of-first-value-of-it");

        var begun = AttemptSecrets.Begin(_run, Attempt, await AttemptSecrets.ReadAsync(_run, _stage.Bench), _stage.Bench);

        vault.MaskerOf(Attempt, data).Mask("acc-of-first-value-of-it").ShouldBe("acc-of-***");
        begun.Remove();
        vault.MaskerOf(Attempt, data).Mask("acc-of-first-value-of-it").ShouldBe("acc-of-first-value-of-it");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_written_whole_is_not_left_in_part()
    {
        // A folder in the place of the last file: nothing can be written there.
        Directory.CreateDirectory(_stage.Bench.Data.Output(Attempt));
        var given = await AttemptSecrets.ReadAsync(_run, _stage.Bench);

        Should.Throw<IOException>(() => AttemptSecrets.Begin(_run, Attempt, given, _stage.Bench));

        Directory.EnumerateFiles(_stage.Bench.Data.State(Attempt)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_attempt_is_told_apart_from_others_by_its_seal()
    {
        AttemptSecrets.Begin(_run, Attempt, await AttemptSecrets.ReadAsync(_run, _stage.Bench), _stage.Bench);
        var other = Attempt with { Number = 2 };
        Directory.CreateDirectory(_stage.Bench.Data.State(other));
        File.Copy(Path.Combine(_stage.Bench.Data.State(Attempt), "secrets.sealed"), Path.Combine(_stage.Bench.Data.State(other), "secrets.sealed"));

        Should.Throw<GradientException>(() => AttemptSecrets.Adopt(_run, other, _stage.Bench)).Message.ShouldContain("is not shown");
    }

    [Fact(Timeout = 60_000)]
    public async Task After_a_new_key_a_running_attempt_can_be_adopted_and_without_a_key_nothing_is_shown()
    {
        AttemptSecrets.Begin(_run, Attempt, await AttemptSecrets.ReadAsync(_run, _stage.Bench), _stage.Bench);

        (await _stage.Bench.Secrets!.RotateAsync(StoreSamples.Ada, None)).ShouldBe(2);
        AttemptSecrets.Adopt(_run, Attempt, _stage.Bench).Masker.Mask("first-value-of-it").ShouldBe("***");

        File.Delete(_stage.Bench.Data.SecretKey);
        Should.Throw<GradientException>(() => AttemptSecrets.Adopt(_run, Attempt, _stage.Bench));
    }

    private async Task SetAsync(string key, string other)
    {
        await _stage.Bench.Secrets!.SetAsync(null, "API_KEY", key, "ann@box", None);
        await _stage.Bench.Secrets!.SetAsync(null, "OTHER", other, "ann@box", None);
    }
}
