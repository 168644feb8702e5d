using System.Collections.Immutable;
using GradientCI.Runner.Builds;
using GradientCI.Runner.Git;
using GradientCI.Specs;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Builds;

public sealed class SetupContextTests : IDisposable
{
    private static readonly ExperimentSpec Spec = new()
    {
        Name = "digits", Command = new CommandSpec(["true"], IsShell: true), Image = "python", Setup = "pip install -r requirements.txt",
    };

    private readonly TestRepository _repository = new();

    public SetupContextTests()
    {
        _repository.Write("requirements.txt", "numpy\n");
        _repository.Write("train.py", "print(1)\n");
        _repository.Write(".gradient.yml", "version: 1\n");
        _repository.Commit("One");
    }

    [Fact(Timeout = 60_000)]
    public async Task It_gets_the_files_that_the_result_depends_on()
    {
        (await FilesAsync(Spec)).ShouldBe(["requirements.txt", "train.py"]);
        (await FilesAsync(Spec with { Inputs = ["*.py"] })).ShouldBe(["train.py"]);
        (await FilesAsync(Spec with { Inputs = ["*.py"], SetupFiles = ["requirements.txt"] })).ShouldBe(["requirements.txt"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_it_does_not_get_changes_nothing()
    {
        var spec = Spec with { SetupFiles = ["requirements.txt"] };
        var (narrow, wide) = (await DigestAsync(spec), await DigestAsync(Spec));
        _repository.Write("train.py", "print(2)\n");
        _repository.Commit("Two");

        (await DigestAsync(spec)).ShouldBe(narrow);
        (await DigestAsync(Spec)).ShouldNotBe(wide);
        _repository.Write("requirements.txt", "numpy\nscipy\n");
        _repository.Commit("Three");
        (await DigestAsync(spec)).ShouldNotBe(narrow);
    }

    [Fact(Timeout = 60_000)]
    public async Task All_that_it_sees_is_in_the_digest()
    {
        string[] digests =
        [
            await DigestAsync(Spec),
            await DigestAsync(Spec, "sha256:2"),
            await DigestAsync(Spec with { Setup = "true" }),
            await DigestAsync(Spec with { Workdir = "src" }),
            await DigestAsync(Spec with { Env = Spec.Env.Add("A", "1") }),
        ];

        digests.Distinct(StringComparer.Ordinal).Count().ShouldBe(digests.Length);
        (await DigestAsync(Spec with { Command = new CommandSpec(["false"], IsShell: true), Secrets = ["KEY"] })).ShouldBe(digests[0]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("pip install --index-url https://$PIP_TOKEN@example.org/ x", "PIP_TOKEN")]
    [InlineData("cp ${GRADIENT_STORAGE}/x .", "GRADIENT_STORAGE")]
    [InlineData("echo \"$PARAM_LR\"", "PARAM_LR")]
    public async Task What_a_trial_has_alone_is_refused(string setup, string name)
    {
        var problem = await Should.ThrowAsync<GradientException>(() => DigestAsync(Spec with { Setup = setup, Secrets = ["PIP_TOKEN"] }));

        problem.Kind.ShouldBe(FailureKind.Usage);
        problem.Message.ShouldContain($"setup names ${name}, which a trial has alone");
    }

    [Theory]
    [InlineData("cd $GRADIENT_WORKSPACE && echo $HOME $PARAM_OWN ${OTHER}")]
    [InlineData("echo $$ PARAM_LR")]
    public void What_an_image_may_depend_on_is_not(string setup) =>
        SetupContext.FindTrialVariable(Spec with { Setup = setup, Env = ImmutableSortedDictionary<string, string>.Empty.Add("PARAM_OWN", "1") }).ShouldBeNull();

    public void Dispose() => _repository.Dispose();

    private async Task<string> DigestAsync(ExperimentSpec spec, string image = "sha256:1") => (await ReadAsync(spec, image)).Digest;

    private async Task<IEnumerable<string>> FilesAsync(ExperimentSpec spec) => (await ReadAsync(spec, "sha256:1")).Files.Select(file => file.Path);

    private async Task<SetupContext> ReadAsync(ExperimentSpec spec, string image)
    {
        await using var git = await GitRepository.OpenAsync(_repository.Path, CancellationToken.None);
        var commit = await git.ResolveCommitAsync("HEAD", CancellationToken.None);
        return await SetupContext.ReadAsync(git, commit.Sha, spec, image, CancellationToken.None);
    }
}
