using GradientCI.Benchmarks;

var lines = args.Length > 1 && int.TryParse(args[1], out var asked) ? asked : 10_000_000;
switch (args.FirstOrDefault())
{
    case "parser":
        ParserBenchmark.Run(lines);
        return 0;
    case "ingestion":
        using (var log = new MetricLog("chart", lines))
        {
            await IngestionBenchmark.RunAsync(log, lines, CountingStore.Create);
        }

        return 0;
    case "database":
        using (var log = new MetricLog("chart", lines))
        {
            await IngestionBenchmark.RunAsync(log, lines, CountingStore.Create);
            await IngestionBenchmark.RunAsync(log, lines, DatabaseStore.CreateAsync);
        }

        return 0;
    case "line":
        using (var log = MetricLog.OfOneLine(megabytes: args.Length > 1 ? int.Parse(args[1]) : 1_024))
        {
            await IngestionBenchmark.RunAsync(log, lines: 1, CountingStore.Create);
        }

        return 0;
    case "transitions":
        await TransitionsBenchmark.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10_000);
        return 0;
    case "scale":
        await ScaleBenchmark.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10_000, args.Length > 2 ? args[2..] : ["random", "sobol", "tpe"]);
        return 0;
    case "intake":
        await IntakeBenchmark.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10);
        return 0;
    case "sampler":
        SamplerBenchmark.Regret(args.Length > 1 ? int.Parse(args[1]) : 50, args.Length > 2 ? args[2..] : ["tpe", "auto"]);
        return 0;
    case "proposals":
        SamplerBenchmark.Time(args.Length > 1 ? args[1..] : ["tpe", "gp"]);
        return 0;
    case "pruner":
        PrunerBenchmark.Run(seeds: args.Length > 1 ? int.Parse(args[1]) : 20, args[Math.Min(2, args.Length)..]);
        return 0;
    case "fronts":
        FrontBenchmark.Run(args.Length > 1 ? int.Parse(args[1]) : 20, args.Length > 2 ? int.Parse(args[2]) : 200, args.Length > 3 ? args[3..] : ["random", "tpe", "nsga2"]);
        return 0;
    case "warm":
        WarmStartBenchmark.Run(args.Length > 1 ? int.Parse(args[1]) : 20, args.Length > 2 ? args[2..] : ["tpe", "gp", "cma-es"]);
        return 0;
    case "masking":
        MaskingBenchmark.Run(megabytes: args.Length > 1 ? int.Parse(args[1]) : 64);
        return 0;
    case "importance":
        ImportanceBenchmark.Run();
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            parser [LINES]      lines per second of the parser, against a bare reader of the same file
            ingestion [LINES]   log lines to the store per second, and the most memory it took
            database [LINES]    the same into the real database, after a store that only counts
            transitions [TRIALS] durable steps per second, the last trials against the first
            scale [TRIALS] [NAME...] time per decision of a sweep with 500 trials at once, the last thousand against the first, and memory
            intake [SECONDS]    signed deliveries per second and their p99, against a bare endpoint that verifies and commits
            sampler [NAME...]   time per proposal in 20 dimensions, and the regret on ten functions, beside Optuna's
            fronts [SEEDS] [TRIALS] [NAME...] hypervolumes on problems of several objectives, and the time per proposal
            warm [SEEDS] [NAME...] the regret of a few sets after a hundred of an earlier run, beside that of a cold start
            pruner [SEEDS [PART...]] epochs and regret with each pruner, beside Optuna's; curves that mislead; workers of different speed
            sampler [SEEDS] [NAME...] the regret on ten functions, beside Optuna's
            proposals [NAME...] time and memory per proposal, in 6 and in 20 dimensions
            masking [MEGABYTES] MB/s of the masker with 1, 10 and 50 secrets, against a bare copy and a replacement of each form in turn
            importance          time to tell which of 20 parameters mattered, over 40 to 10,000 sets
            line [MEGABYTES]    a log of one endless line: the most memory it took
            """);
        return 2;
}
