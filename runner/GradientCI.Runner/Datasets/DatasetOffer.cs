using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Manifests;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Datasets;

/// <summary>Answers what manifests ask for with what is offered.</summary>
public static class DatasetOffer
{
    private static readonly ImmutableArray<string> Taken = ["/proc", "/sys", "/dev", "/tmp"];

    /// <summary>The versions that an experiment gets.</summary>
    /// <param name="spec">The experiment.</param>
    /// <param name="offered">All that is offered.</param>
    /// <param name="data">The data folder, whose place in containers is taken.</param>
    /// <exception cref="GradientException">One is not offered, its folder is gone, or its place in containers is taken.</exception>
    public static ImmutableArray<DatasetVersion> Resolve(ExperimentSpec spec, IReadOnlyCollection<Dataset> offered, DataFolder data)
    {
        foreach (var (name, path) in spec.Datasets)
        {
            if (Taken.Append(data.Root).FirstOrDefault(taken => Overlap(path, taken)) is { } place)
            {
                throw new GradientException(
                    FailureKind.Usage, $"The data set {name} of {spec.Name} cannot be at {path}: a container has other things at {place}.", $"Write for example {name}: /datasets/{name}");
            }

            if (spec.Datasets.FirstOrDefault(other => other.Key != name && Overlap(path, other.Value)) is { Key: { } twin })
            {
                throw new GradientException(
                    FailureKind.Usage, $"The data sets {name} and {twin} of {spec.Name} would be at one place, or one within the other.", "Give each a path of its own.");
            }
        }

        return [.. spec.Datasets.Keys.Select(name => Find(name, spec, offered))];
    }

    private static DatasetVersion Find(string name, ExperimentSpec spec, IReadOnlyCollection<Dataset> offered)
    {
        var found = offered.FirstOrDefault(each => each.Name == name) ?? throw new GradientException(
            FailureKind.Usage, $"{spec.Name} asks for the data set {name}, which is not offered here.",
            Spelling.Nearest(name, offered.Select(each => each.Name)) is { } nearest
                ? $"Did you mean {nearest}?"
                : $"Offer it on the machine that runs trials: gradientci dataset add {name} PATH");
        return Directory.Exists(found.Path)
            ? new DatasetVersion(found.Name, found.Version, found.Path)
            : throw new GradientException(
                FailureKind.Environment, $"The folder of the data set {name} is gone: {found.Path}.", $"Register it again: gradientci dataset add {name} PATH --replace");
    }

    private static bool Overlap(string one, string other) => one == other || IsBelow(one, other) || IsBelow(other, one);

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal);
}
