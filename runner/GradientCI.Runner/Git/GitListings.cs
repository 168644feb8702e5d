using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Git;

/// <summary>Reads what git prints with <c>-z</c>.</summary>
internal static class GitListings
{
    /// <summary>The texts between zero bytes.</summary>
    public static List<string> Fields(ReadOnlyMemory<byte> output)
    {
        var fields = new List<string>();
        var rest = output.Span;
        for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
        {
            fields.Add(PathText.Decode(rest[..end]));
        }

        return fields;
    }

    /// <summary><c>git ls-tree -r -l -z</c>: mode, type, object and size, a tab, the path. Folders are left out.</summary>
    public static ImmutableArray<TreeEntry> Tree(ReadOnlyMemory<byte> output) =>
        [.. Fields(output).Select(Entry).Where(entry => entry is not null)!];

    /// <summary><c>git diff-tree --raw --numstat -z</c>: first all raw records, then all line counts.</summary>
    public static ImmutableArray<FileChange> Changes(ReadOnlyMemory<byte> output)
    {
        var fields = new Queue<string>(Fields(output));
        var changes = ImmutableArray.CreateBuilder<FileChange>();
        var isSubmodule = new List<bool>();
        while (fields.TryPeek(out var head) && head.StartsWith(':'))
        {
            var raw = fields.Dequeue().Split(' ');
            var path = PathText.Show(fields.Dequeue());
            changes.Add(raw[^1][0] == 'R'
                ? new FileChange(PathText.Show(fields.Dequeue()), "renamed", path, null, null)
                : new FileChange(path, Kind(raw[^1][0]), null, null, null));
            isSubmodule.Add(raw[0] == ":160000" || raw[1] == "160000");
        }

        for (var at = 0; at < changes.Count && fields.TryDequeue(out var record); at++)
        {
            var counts = record.Split('\t', 3);
            if (counts[2].Length == 0)
            {
                fields.Dequeue();
                fields.Dequeue();
            }

            changes[at] = isSubmodule[at] ? changes[at] : changes[at] with { Added = Count(counts[0]), Deleted = Count(counts[1]) };
        }

        return changes.ToImmutable();
    }

    /// <summary><c>git status --porcelain -z --no-renames</c>: two letters, a space, the path.</summary>
    public static ImmutableArray<string> Status(ReadOnlyMemory<byte> output) =>
        [.. Fields(output).Where(field => field.Length > 3).Select(field => PathText.Show(field[3..]))];

    /// <summary>A raw commit object.</summary>
    public static Commit Commit(CommitSha sha, byte[] bytes)
    {
        var split = bytes.AsSpan().IndexOf("\n\n"u8);
        var head = Encoding.Latin1.GetString(bytes, 0, split < 0 ? bytes.Length : split).Split('\n');
        var message = split < 0 ? [] : bytes.AsSpan(split + 2);
        var encoding = EncodingOf(Header(head, "encoding").FirstOrDefault());
        var author = encoding.GetString(Encoding.Latin1.GetBytes(Header(head, "author").FirstOrDefault() ?? ""));
        return new Commit
        {
            Sha = sha,
            Tree = Header(head, "tree").FirstOrDefault() ?? "",
            Parents = [.. Array.ConvertAll(Header(head, "parent"), parent => new CommitSha(parent))],
            AuthorName = author.Split('<')[0].Trim(),
            AuthorEmail = author.Split('<', 2)[^1].Split('>')[0].Trim(),
            Time = TimeOf(Header(head, "committer").FirstOrDefault() ?? ""),
            Message = encoding.GetString(message.IndexOf((byte)0) is var end and >= 0 ? message[..end] : message).TrimEnd('\n'),
        };
    }

    private static TreeEntry? Entry(string record)
    {
        var tab = record.IndexOf('\t', StringComparison.Ordinal);
        var columns = record[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        TreeEntryMode? mode = columns[0] switch
        {
            "120000" => TreeEntryMode.SymbolicLink,
            "160000" => TreeEntryMode.Submodule,
            "100755" => TreeEntryMode.Executable,
            "040000" => null,
            _ => TreeEntryMode.Regular,
        };
        var size = columns[3] == "-" ? 0 : long.TryParse(columns[3], CultureInfo.InvariantCulture, out var bytes) ? bytes : -1;
        return mode is { } known ? new TreeEntry(record[(tab + 1)..], known, columns[2], size) : null;
    }

    private static string Kind(char letter) => letter switch
    {
        'A' => "added",
        'D' => "deleted",
        'T' => "type-changed",
        _ => "modified",
    };

    private static int? Count(string digits) => int.TryParse(digits, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static string[] Header(string[] head, string name) =>
    [
        .. head.Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ' ')
            .Select(line => line[(name.Length + 1)..]),
    ];

    private static Encoding EncodingOf(string? name)
    {
        try
        {
            return name is null ? Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8;
        }
    }

    // "Ada <ada@example.org> 1767268800 +0100". Old programs wrote impossible dates and zones; those become the nearest possible.
    private static DateTimeOffset TimeOf(string committer)
    {
        var words = committer[(committer.LastIndexOf('>') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var seconds = words.Length > 0 && long.TryParse(words[0], CultureInfo.InvariantCulture, out var epoch) ? epoch : 0;
        var zone = words.Length > 1 && int.TryParse(words[1], CultureInfo.InvariantCulture, out var digits) ? ((digits / 100) * 60) + (digits % 100) : 0;
        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, -62_000_000_000, 253_000_000_000));
        return Math.Abs(zone) <= 14 * 60 ? time.ToOffset(TimeSpan.FromMinutes(zone)) : time;
    }
}
