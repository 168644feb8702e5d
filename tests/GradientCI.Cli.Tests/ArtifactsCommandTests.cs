using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>What a trial left, listed and fetched.</summary>
public sealed class ArtifactsCommandTests : IDisposable
{
    private const string OfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private readonly TestRepository _repository = new();
    private readonly GradientCliHost _cli;

    public ArtifactsCommandTests()
    {
        _repository.Write(".gradient.yml", """
            version: 1
            experiments:
              toy:
                command: sh train.sh
                artifacts: ["out/**"]
            """);
        _repository.Write("train.sh", """
            mkdir -p out "$GRADIENT_ARTIFACTS/plots"
            printf hello > out/model
            printf hello > "$GRADIENT_ARTIFACTS/plots/a.svg"
            ln -s /etc/passwd "$GRADIENT_ARTIFACTS/secret"
            mkfifo "$GRADIENT_ARTIFACTS/pipe"
            """);
        _repository.Commit("Leave artifacts");
        _cli = new GradientCliHost(_repository.Path);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task They_are_listed_with_sizes_and_digests_and_links_and_pipes_are_gone()
    {
        await RunAsync();

        var list = (await _cli.TypeAsync("artifacts", "toy#1.1")).ShouldEndWith(0).Out;

        list.Split('\n').Skip(1).ShouldBe([$"out/model    5 B   {OfHello}", $"plots/a.svg  5 B   {OfHello}", ""]);
        (await _cli.TypeAsync("show", "toy#1.1")).Out.ShouldContain("2 links, pipes or devices were removed from $GRADIENT_ARTIFACTS");
    }

    [Fact(Timeout = 60_000)]
    public async Task One_is_copied_here_or_where_one_likes()
    {
        await RunAsync();

        (await _cli.TypeAsync("artifacts", "toy", "out/model")).ShouldEndWith(0).Out.ShouldBe(Path.Combine(_repository.Path, "model") + "\n");
        (await _cli.TypeAsync("artifacts", "toy#1.1", "plots/a.svg", "--output", "here.svg")).ShouldEndWith(0);

        File.ReadAllText(Path.Combine(_repository.Path, "model")).ShouldBe("hello");
        File.ReadAllText(Path.Combine(_repository.Path, "here.svg")).ShouldBe("hello");
        (await _cli.TypeAsync("artifacts", "toy", "out/model")).ShouldEndWith(2).Error.ShouldContain("is already there");
        (await _cli.TypeAsync("artifacts", "toy", "../1.sha256")).ShouldEndWith(2).Error.ShouldContain("left no file ../1.sha256");
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_was_changed_since_is_not_handed_out()
    {
        await RunAsync();
        File.WriteAllText(Directory.GetFiles(Path.Combine(_cli.Data, "artifacts"), "model", SearchOption.AllDirectories).Single(), "other");

        (await _cli.TypeAsync("artifacts", "toy", "out/model")).ShouldEndWith(3).Error.ShouldContain("is not what it was when the trial ended");

        File.Exists(Path.Combine(_repository.Path, "model")).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_taken_over_has_its_digests_too()
    {
        await RunAsync();
        await RunAsync();

        (await _cli.TypeAsync("show", "toy#2.1")).Out.ShouldContain("cached from toy#1.1");
        (await _cli.TypeAsync("artifacts", "toy#2.1")).Out.ShouldContain(OfHello);
    }

    private async Task RunAsync() => (await _cli.TypeAsync("run")).ShouldEndWith(0);
}
