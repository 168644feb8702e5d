using GradientCI.Cli.Output;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Doctor;

/// <summary>The database opens, is whole, and is of this version.</summary>
internal sealed class DatabaseCheck(DataFolder data, Lazy<Task<DatabaseHealth?>> health) : IHostCheck
{
    // It is moved into the file every few megabytes, unless a reader that hangs keeps it from being.
    private const long LargeLog = 512L << 20;

    public string Name => "database";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken) => await health.Value switch
    {
        null when File.Exists(Path.Combine(data.Root, "restore.partial")) => HostVerdict.Problem(
            $"A restoration into {data.Root} was cut short.", "Begin it again with: gradientci restore"),
        null => HostVerdict.Ok("There is none yet; the first run makes it."),
        { Damage: [var first, ..] } found => HostVerdict.Problem(
            $"{data.Database} is damaged{(found.Damage.Length > 1 ? $" in {found.Damage.Length} ways" : "")}: {first}",
            $"Stop all workers, move the folder away ('mv {data.Root} {data.Root}.damaged'), and bring a backup back with: gradientci restore"),
        { Schema: var schema } when schema > DatabaseHealth.NewestSchema => HostVerdict.Problem(
            $"{data.Database} was written by a newer GradientCI (schema {schema}, this one knows {DatabaseHealth.NewestSchema}).", "Upgrade gradientci."),
        { Schema: var schema } when schema < DatabaseHealth.NewestSchema => HostVerdict.Ok(
            $"Whole, of schema {schema}; the next command brings it to {DatabaseHealth.NewestSchema}, with a copy from before."),
        { LogBytes: > LargeLog and var bytes } => HostVerdict.Warning(
            $"{ByteText.Of(bytes)} wait to be moved into {data.Database}: a process that hangs keeps them from it.", $"Find it with: fuser {data.Database}"),
        { } whole => HostVerdict.Ok($"Whole, {ByteText.Of(whole.Bytes)}, schema {whole.Schema}."),
    };
}
