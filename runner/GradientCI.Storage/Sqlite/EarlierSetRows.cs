using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Specs;

namespace GradientCI.Storage.Sqlite;

/// <summary>What searches know of earlier runs, as rows.</summary>
internal static class EarlierSetRows
{
    public static void Add(SqliteSession session, long run, ImmutableArray<EarlierSet> sets)
    {
        for (var at = 0; at < sets.Length; at++)
        {
            session.Execute(
                "INSERT INTO earlier_sets (run, number, parameters_json, values_json, violation) VALUES (@run, @number, @parameters, @values, @violation)",
                ("@run", run), ("@number", at + 1), ("@parameters", SpecJson.Serialize(sets[at].Parameters)), ("@values", StoredJson.Write(sets[at].Values)),
                ("@violation", sets[at].Violation));
        }
    }

    public static ImmutableArray<EarlierSet> List(SqliteSession session, RunId run) =>
    [
        .. session.Query(
            "SELECT parameters_json, values_json, violation FROM earlier_sets WHERE run = @run ORDER BY number",
            row => new EarlierSet(
                SpecJson.DeserializeParameters(row.GetString(0)), JsonFields.ReadList(row.GetString(1), JsonFields.Real), row.GetDouble(2)),
            ("@run", RunRows.Key(session, run))),
    ];
}
