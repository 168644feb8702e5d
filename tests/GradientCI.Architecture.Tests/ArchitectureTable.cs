namespace GradientCI.Architecture.Tests;

/// <summary>The table of docs/architecture.md.</summary>
internal sealed class ArchitectureTable(IReadOnlyDictionary<string, IReadOnlySet<string>> rows)
{
    public IEnumerable<string> Namespaces => rows.Keys;

    public static ArchitectureTable Read(string path) => new(File.ReadLines(path)
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|'))
        .ToDictionary(
            cells => cells[0].Trim().Trim('`'),
            cells => (IReadOnlySet<string>)cells[2].Split(',').Select(name => name.Trim().Trim('`')).Where(name => name.Length > 0).ToHashSet()));

    /// <summary>The row that a namespace belongs to: its own, or that of its nearest ancestor below the root.</summary>
    public string? RowOf(string name)
    {
        for (var at = name; at.Length > 0; at = at.LastIndexOf('.') is var dot and > 0 ? at[..dot] : "")
        {
            if (rows.ContainsKey(at) && (at != "GradientCI" || name == at))
            {
                return at;
            }
        }

        return null;
    }

    public bool Allows(string from, string to) => from == to || rows[from].Contains(to) || rows[from].Contains("*");

    /// <summary>A cycle, or null.</summary>
    public string? FindCycle()
    {
        var done = new HashSet<string>();
        return rows.Keys.Select(start => Visit(start, [])).FirstOrDefault(cycle => cycle is not null);

        string? Visit(string row, List<string> path)
        {
            if (path.Contains(row))
            {
                return string.Join(" → ", [.. path, row]);
            }

            if (!done.Contains(row))
            {
                var cycle = rows[row].Where(rows.ContainsKey).Select(next => Visit(next, [.. path, row])).FirstOrDefault(found => found is not null);
                done.Add(row);
                return cycle;
            }

            return null;
        }
    }
}
