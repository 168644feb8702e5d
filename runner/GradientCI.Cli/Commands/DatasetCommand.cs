using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Runner.Datasets;
using GradientCI.Runner.Manifests;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci dataset</c>: what manifests may ask for under <c>datasets</c>.</summary>
internal static class DatasetCommand
{
    public static Command Create(Terminal terminal) => new("dataset", "Say what data sets manifests may ask for.")
    {
        Add(terminal),
        List(terminal),
        Show(terminal),
        Remove(terminal),
    };

    private static Command Add(Terminal terminal)
    {
        var name = Name("By which manifests ask for it: mnist");
        var path = new Argument<string>("PATH") { Description = "A folder, which stays where it is; or a .tar, .tar.gz, .tar.zst or .zip, which is unpacked once" };
        var replace = new Option<bool>("--replace") { Description = "In place of the one of that name; later trials compute anew" };
        var most = new Option<string?>("--max-size") { Description = "How much an archive may unpack to [default: 200GiB]", HelpName = "SIZE" };
        var command = new Command("add", "Offer a folder or an archive to manifests; trials read it, and a container cannot write it.") { name, path, replace, most };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var bounds = parsed.GetValue(most) is { } size ? new UnpackBounds(ByteSize.Parse(size, "--max-size 500GiB")) : UnpackBounds.Default;
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var dataset = await new DatasetRegistration(session.Data, session.Store, terminal.Time).AddAsync(
                parsed.GetRequiredValue(name), Path.GetFullPath(parsed.GetRequiredValue(path), terminal.Directory), parsed.GetValue(replace), bounds, session.Sign(), cancellationToken);
            terminal.Out.WriteLine(Plain.Line($"{dataset.Name} is offered: {dataset.Path}"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON for scripts" };
        var command = new Command("list", "List the data sets: where each is, and its version.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var datasets = await session.Store.ListDatasetsAsync(cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? DatasetText.Json(datasets) : DatasetText.Table(datasets));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var name = Name("The data set's name");
        var command = new Command("show", "Show all that is known of a data set.") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var datasets = await session.Store.ListDatasetsAsync(cancellationToken);
            var wanted = parsed.GetRequiredValue(name);
            terminal.Out.Write(DatasetText.Of(datasets.FirstOrDefault(each => each.Name == wanted) ?? throw Unknown(wanted, datasets)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Remove(Terminal terminal)
    {
        var name = Name("The data set's name");
        var command = new Command("remove", "Offer a data set no longer; runs that have begun go on with it.") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var wanted = parsed.GetRequiredValue(name);
            var datasets = await session.Store.ListDatasetsAsync(cancellationToken);
            if (!await session.Store.RemoveDatasetAsync(wanted, session.Sign(), cancellationToken))
            {
                throw Unknown(wanted, datasets);
            }

            var wasUnpacked = datasets.Any(each => each.Name == wanted && each.Path != each.Source);
            terminal.Out.WriteLine(Plain.Line(wasUnpacked
                ? $"{wanted} is removed. Its unpacked copy goes with: gradientci prune --all-projects --yes"
                : $"{wanted} is removed; its folder stays."));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string> Name(string description) => new("NAME") { Description = description };

    private static GradientException Unknown(string name, IEnumerable<Dataset> datasets) => new(
        FailureKind.Usage, Plain.Line($"There is no data set {name}."),
        Spelling.Nearest(name, datasets.Select(each => each.Name)) is { } nearest ? $"Did you mean {nearest}?" : "See those there are with: gradientci dataset list");
}
