using System.Collections.Immutable;
using GradientCI.Runner.Datasets;
using GradientCI.Specs;
using GradientCI.Stores;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Datasets;

public sealed class DatasetOfferTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_asked_for_is_found_with_its_version() =>
        Resolve(("mnist", "/datasets/mnist")).ShouldBe([new("mnist", "sha256:1", _folder.Path)]);

    [Theory]
    [InlineData("mnst", "Did you mean mnist?")]
    [InlineData("imagenet", "Offer it on the machine that runs trials: gradientci dataset add imagenet PATH")]
    public void An_unknown_one_is_answered_with_the_nearest(string name, string remedy)
    {
        var problem = Should.Throw<GradientException>(() => Resolve((name, "/datasets/x")));

        problem.Message.ShouldBe($"digits asks for the data set {name}, which is not offered here.");
        problem.Remedy.ShouldBe(remedy);
    }

    [Fact]
    public void One_whose_folder_is_gone_is_said() =>
        Should.Throw<GradientException>(() => Resolve(("gone", "/datasets/x"))).Message.ShouldBe("The folder of the data set gone is gone: /nowhere/at/all.");

    [Theory]
    [InlineData("/proc/self")]
    [InlineData("/tmp")]
    [InlineData("/srv/data/storage/digits")]
    [InlineData("/srv")]
    public void What_a_container_has_already_is_covered_by_none(string path) =>
        Should.Throw<GradientException>(() => Resolve(("mnist", path))).Message.ShouldContain("a container has other things at");

    [Theory]
    [InlineData("/datasets/mnist")]
    [InlineData("/datasets/mnist/raw")]
    [InlineData("/datasets")]
    public void None_covers_another(string path) =>
        Should.Throw<GradientException>(() => Resolve(("mnist", "/datasets/mnist"), ("coco", path))).Message.ShouldContain("would be at one place, or one within the other");

    private ImmutableArray<GradientCI.Experiments.DatasetVersion> Resolve(params (string Name, string Path)[] asked) => DatasetOffer.Resolve(
        new ExperimentSpec
        {
            Name = "digits",
            Command = new CommandSpec(["true"], IsShell: true),
            Datasets = asked.ToImmutableSortedDictionary(each => each.Name, each => each.Path, StringComparer.Ordinal),
        },
        [
            new Dataset("mnist", "sha256:1", _folder.Path, "/home/ada/mnist.tar", default),
            new Dataset("coco", "sha256:2", _folder.Path, "/home/ada/coco.tar", default),
            new Dataset("gone", "added-1", "/nowhere/at/all", "/nowhere/at/all", default),
        ],
        new DataFolder("/srv/data"));
}
