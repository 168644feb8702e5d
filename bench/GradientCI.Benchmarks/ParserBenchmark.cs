using System.Diagnostics;
using GradientCI.Runner.Ingestion;

namespace GradientCI.Benchmarks;

/// <summary>The parser alone, on one core, against a reader that only looks for line ends in the same file.</summary>
internal static class ParserBenchmark
{
    private const int Bar = 1_500_000;

    public static void Run(int lines)
    {
        Console.WriteLine($"{"shape",-8} {"bare reader",14} {"parser",14} {"ratio",6} {"StreamReader",14}   lines/s, best of 3; the bar is {Bar:N0}");
        foreach (var shape in (string[])["chart", "metrics", "text"])
        {
            using var log = new MetricLog(shape, lines);
            var bare = Best(lines, () => ReadBare(log.Path));
            var parser = Best(lines, () => Parse(log.Path));
            var reader = Best(lines, () => File.ReadLines(log.Path).Count());
            Console.WriteLine($"{shape,-8} {bare,14:N0} {parser,14:N0} {bare / parser,6:N1} {reader,14:N0}   {(parser >= Bar ? "reached" : "MISSED")}");
        }
    }

    private static double Best(int lines, Func<int> read) =>
        Enumerable.Range(0, 3).Max(_ =>
        {
            var watch = Stopwatch.StartNew();
            return read() == lines ? lines / watch.Elapsed.TotalSeconds : throw new InvalidOperationException("Lines were lost.");
        });

    private static int ReadBare(string path)
    {
        using var file = File.OpenHandle(path);
        var buffer = new byte[1 << 16];
        var lines = 0;
        for (long offset = 0; RandomAccess.Read(file, buffer, offset) is var read and > 0; offset += read)
        {
            for (var rest = buffer.AsSpan(0, read); rest.IndexOfAny((byte)'\n', (byte)'\r') is var end and >= 0; rest = rest[(end + 1)..])
            {
                lines++;
            }
        }

        return lines;
    }

    private static int Parse(string path)
    {
        using var file = File.OpenHandle(path);
        using var reader = new LineReader(file, 0);
        var parser = new MetricLineParser();
        var points = new SeriesTable();
        var lines = 0;
        var more = true;
        while (more)
        {
            more = reader.ReadBlock((line, _) =>
            {
                lines++;
                if (parser.TryParse(line))
                {
                    points.Add(parser.Points, parser.X);
                }
            });
            if (points.Waiting > 64_000)
            {
                points.Seal();
                points.Confirm();
            }
        }

        return lines;
    }
}
