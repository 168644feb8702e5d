using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Storage.Tests.Sqlite;
using GradientCI.Testing.Contracts;

// The tests run this program again as the other process: one that is killed, or one that writes at the same time.
if (args[0] == "upgrade")
{
    ReleasedDatabase.UpgradeForever(args[1]);
}

await using var store = await SqliteExperimentStore.OpenAsync(args[1], TimeProvider.System, CancellationToken.None);
await (args[0] switch
{
    "trials" => StoreWriter.RunTrialsAsync(store, Console.Out),
    "race" => StoreWriter.RaceAsync(store, new RunId(StoreSamples.Project().Id, "digits", 1), int.Parse(args[2]), int.Parse(args[3]), Console.Out),
    _ => throw new NotSupportedException($"'{args[0]}' is no job."),
});
