using GradientCI.Benchmarks;

var lines = args.Length > 1 ? int.Parse(args[1]) : 10_000_000;
switch (args.FirstOrDefault())
{
    case "parser":
        ParserBenchmark.Run(lines);
        return 0;
    case "ingestion":
        await IngestionBenchmark.RunAsync(lines, CountingStore.Create);
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            parser [LINES]      lines per second of the parser, against a bare reader of the same file
            ingestion [LINES]   log lines to the store per second, and the most memory it took
            """);
        return 2;
}
