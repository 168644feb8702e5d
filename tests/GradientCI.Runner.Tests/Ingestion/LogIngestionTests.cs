using System.Text;
using GradientCI.Metrics;
using GradientCI.Specs;
using GradientCI.Runner.Ingestion;

namespace GradientCI.Runner.Tests.Ingestion;

public sealed class LogIngestionTests
{
    [Fact]
    public async Task Points_without_x_are_counted_per_chart()
    {
        var points = await IngestionBench.ReadAsync("""
            {"chart": "loss", "y": 0.5}
            {"chart": "acc", "y": 0.1}
            {"chart": "loss", "y": 0.4, "x": 10}
            {"chart": "loss", "y": 0.3}
            """);

        points.ShouldBe(["acc 0=0.1", "loss 0=0.5 10=0.4 2=0.3"]);
    }

    [Fact]
    public async Task A_repeated_x_replaces_nothing_and_order_is_that_of_arrival()
    {
        var points = await IngestionBench.ReadAsync("""
            {"chart": "loss", "y": 3, "x": 5}
            {"chart": "loss", "y": 2, "x": 5}
            {"chart": "loss", "y": 1, "x": 1}
            """);

        points.ShouldBe(["loss 5=3 5=2 1=1"]);
    }

    [Theory]
    [InlineData("{\"chart\": \"loss\", \"y\": 1}\r\n{\"chart\": \"loss\", \"y\": 2}\r\n", "loss 0=1 1=2")]
    [InlineData("\r  0%|    | 0/10\r 10%|█   | 1/10\r{\"chart\": \"loss\", \"y\": 1}\n", "loss 0=1")]
    [InlineData("\r 10%|█   | 1/10 [00:01<00:09, 1.0it/s]{\"chart\": \"loss\", \"y\": 1}\n\r 20%|", "loss 0=1")]
    [InlineData("{\"chart\": \"loss\", \"y\": 1}\r 10%|█   | 1/10\r", "loss 0=1")]
    [InlineData("said {\"chart\": \"loss\", \"y\": 1}\nand more\r\nsaid {\"chart\": \"loss\", \"y\": 1}\r\n", "")]
    [InlineData("\n\n\r\r\n  \n\t{\"chart\": \"loss\", \"y\": 1}", "loss 0=1")]
    [InlineData("\0\0{\"chart\": \"loss\", \"y\": 1}\n{\"chart\": \"loss\", \"y\": 2}", "loss 0=2")]
    public async Task Lines_end_at_LF_CR_and_both_and_points_behind_progress_bars_are_found(string log, string expected)
    {
        var points = await IngestionBench.ReadAsync(log);

        string.Join(", ", points).ShouldBe(expected);
    }

    [Fact]
    public async Task A_line_that_is_not_ended_waits_until_it_is()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();

        bench.Append("{\"chart\": \"loss\", ");
        await ingestion.PumpAsync();
        bench.Append("\"y\": 1}");
        await ingestion.PumpAsync();
        bench.Points.ShouldBeEmpty();
        bench.Append("\n{\"chart\": \"loss\", \"y\": 2}");
        await ingestion.PumpAsync();

        bench.Points.ShouldBe(["loss 0=1"]);

        await ingestion.CompleteAsync();
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["loss 0=1 1=2"]);
    }

    [Fact]
    public async Task A_missing_log_is_an_empty_one()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();

        (await ingestion.PumpAsync()).ShouldBeTrue();
        (await ingestion.CompleteAsync()).ShouldBeTrue();

        bench.Store.Appends.ShouldBe(0);
    }

    [Fact]
    public async Task Text_alone_costs_the_store_nothing()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();

        bench.Append("Epoch 1\nEpoch 2\n");
        await ingestion.PumpAsync();
        await ingestion.CompleteAsync();

        bench.Store.Appends.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\\u0007b")]
    [InlineData("a\\u009bb")]
    [InlineData("\\ud800")]
    [InlineData("system/cpu_percent")]
    public async Task A_name_that_no_metric_may_have_makes_the_line_text(string name)
    {
        var points = await IngestionBench.ReadAsync($$"""
            {"chart": "{{name}}", "y": 1}
            {"chart": "ok", "y": 1}
            """);

        points.ShouldBe(["ok 0=1"]);
    }

    [Fact]
    public async Task A_name_has_at_most_200_characters_of_valid_UTF_8()
    {
        using var bench = new IngestionBench();
        var longest = new string('ä', 200);
        var ingestion = await bench.StartAsync();

        bench.Append($"{{\"chart\": \"{longest}\", \"y\": 1}}\n{{\"chart\": \"{longest}ä\", \"y\": 1}}\n");
        bench.Append([.. "{\"chart\": \"a"u8, 0xC3, 0x28, .. "\", \"y\": 1}\n"u8]);
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe([$"{longest} 0=1"]);
    }

    [Fact]
    public async Task Series_beyond_the_limit_are_counted_as_dropped_and_known_ones_go_on()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();
        var lines = string.Concat(Enumerable.Range(0, 1_003).Select(i => $"{{\"chart\": \"m{i}\", \"y\": {i}}}\n"));

        bench.Append(lines + "{\"chart\": \"m0\", \"y\": 5}\n");
        await ingestion.CompleteAsync();

        bench.Points.Count.ShouldBe(1_000);
        bench.Points[0].ShouldBe("m0 0=0 1=5");
        bench.Store.Dropped.ShouldBe(3);
        ingestion.Notices.ShouldBe(["3 points of series beyond the limit of 1000 were dropped."]);
    }

    [Theory]
    [InlineData(LineReader.LongestLine, "after 1=2, before 0=1, long 0=3")]
    [InlineData(LineReader.LongestLine + 1, "after 1=2, before 0=1")]
    [InlineData(5 * LineReader.LongestLine, "after 1=2, before 0=1")]
    public async Task A_line_beyond_1_MiB_is_passed_over_to_its_end(int length, string expected)
    {
        const string Start = "{\"chart\": \"long\", \"y\": 3, \"z\": \"";

        var points = await IngestionBench.ReadAsync(
            "{\"chart\": \"before\", \"y\": 1}\n" + Start + new string('z', length - Start.Length - 2) + "\"}\n{\"chart\": \"after\", \"y\": 2, \"x\": 1}\n");

        string.Join(", ", points).ShouldBe(expected);
    }

    [Fact]
    public async Task A_resumed_ingestion_knows_that_it_is_inside_a_long_line()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();

        bench.Append("{\"chart\": \"a\", \"y\": 1}\n" + new string('z', 3 * LineReader.LongestLine));
        await ingestion.PumpAsync();
        bench.Append("{\"chart\": \"a\", \"y\": 2}\n{\"chart\": \"a\", \"y\": 3}\n");
        var resumed = await bench.ResumeAsync();
        await resumed.CompleteAsync();

        bench.Points.ShouldBe(["a 0=1 1=3"]);
    }

    [Fact]
    public async Task Many_points_reach_the_store_in_bounded_chunks_and_pieces()
    {
        const int Lines = 300_000;
        using var bench = new IngestionBench();
        var log = new StringBuilder();
        for (var i = 0; i < Lines; i++)
        {
            log.Append("{\"chart\": \"").Append(i % 3 == 0 ? "a" : "b").Append("\", \"y\": ").Append(i).Append("}\n");
        }

        bench.Append(log.ToString());
        var ingestion = await bench.StartAsync();
        await ingestion.CompleteAsync();

        var a = await bench.Store.ReadPointsAsync(bench.Attempt.Trial, "a", CancellationToken.None);
        var b = await bench.Store.ReadPointsAsync(bench.Attempt.Trial, "b", CancellationToken.None);
        (a.Length + b.Length).ShouldBe(Lines);
        a.Select(point => point.Y).ShouldBe(Enumerable.Range(0, Lines / 3).Select(i => i * 3.0));
        a.Select(point => point.X).ShouldBe(Enumerable.Range(0, Lines / 3).Select(i => (double)i));
        bench.Store.LongestChunk.ShouldBeInRange(1_000, 4_096);
        bench.Store.Appends.ShouldBeInRange(4, 10);
    }

    [Fact]
    public async Task Usage_is_kept_by_seconds_under_its_own_names()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();

        bench.Time.Advance(TimeSpan.FromSeconds(2));
        await ingestion.PumpAsync([KeyValuePair.Create("system/cpu_percent", 50.0)], CancellationToken.None);
        bench.Time.Advance(TimeSpan.FromSeconds(3));
        var resumed = await bench.ResumeAsync();
        await resumed.PumpAsync([KeyValuePair.Create("system/cpu_percent", 75.0)], CancellationToken.None);

        bench.Points.ShouldBe(["system/cpu_percent 2=50 5=75"]);
    }

    [Fact]
    public async Task The_latest_points_are_those_of_the_store_and_of_the_last_call()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();

        bench.Append("{\"chart\": \"loss\", \"y\": 3, \"x\": 5}\n{\"chart\": \"loss\", \"y\": 2, \"x\": 6}\n");
        await ingestion.PumpAsync();
        var resumed = await bench.ResumeAsync();

        ingestion.Latest["loss"].ShouldBe(new MetricPoint(6, 2, bench.Time.GetUtcNow()));
        resumed.Latest["loss"].ShouldBe(ingestion.Latest["loss"]);
    }

    [Fact]
    public async Task A_superseded_attempt_writes_nothing_and_says_so()
    {
        using var bench = new IngestionBench();
        bench.Store.NewestAttempt = 2;
        var ingestion = await bench.StartAsync();

        bench.Append("{\"chart\": \"loss\", \"y\": 3}\n");

        (await ingestion.PumpAsync()).ShouldBeFalse();
        (await ingestion.CompleteAsync()).ShouldBeFalse();
        bench.Points.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_store_refused_goes_first_the_next_time()
    {
        using var bench = new IngestionBench();
        var ingestion = await bench.StartAsync();

        bench.Append("{\"chart\": \"loss\", \"y\": 3}\n");
        bench.Store.Failures = 1;
        await Should.ThrowAsync<GradientException>(() => ingestion.PumpAsync());
        bench.Append("{\"chart\": \"loss\", \"y\": 2}\n");
        await ingestion.PumpAsync();

        bench.Points.ShouldBe(["loss 0=3 1=2"]);
    }

    [Fact]
    public async Task A_second_attempt_counts_on_where_the_trial_stands()
    {
        using var bench = new IngestionBench();
        bench.Append("{\"chart\": \"loss\", \"y\": 3}\n");
        await (await bench.StartAsync()).CompleteAsync();

        bench.Attempt = bench.Attempt with { Number = 2 };
        File.Delete(bench.Log);
        bench.Append("{\"chart\": \"loss\", \"y\": 2}\n");
        await (await bench.StartAsync()).CompleteAsync();

        bench.Points.ShouldBe(["loss 0=3 1=2"]);
    }

    [Fact]
    public async Task Pieces_of_any_size_and_restarts_at_any_moment_give_the_same_points()
    {
        var log = HostileLog(new Random(3));
        var expected = await ReadInPiecesAsync(log, [log.Length], restarts: false);
        expected.Count.ShouldBeGreaterThan(5);

        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var cuts = Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(log.Length)).Append(log.Length).Order().ToArray();

            (await ReadInPiecesAsync(log, cuts, restarts: seed % 2 == 0)).ShouldBe(expected, $"seed {seed}");
        }
    }

    [Fact]
    public async Task Garbage_never_throws()
    {
        var random = new Random(5);
        var garbage = new byte[300_000];
        random.NextBytes(garbage);
        for (var i = 0; i < garbage.Length; i += random.Next(1, 60))
        {
            garbage[i] = (byte)"\n\r{}\"\\:,"[random.Next(8)];
        }

        using var bench = new IngestionBench { Sources = new() { Patterns = [new MetricPattern("acc", "a(.)")] } };
        bench.Append(garbage);
        bench.Append("\n{\"chart\": \"end\", \"y\": 1}\n");
        var ingestion = await bench.StartAsync();
        await ingestion.CompleteAsync();

        bench.Points.Last(line => line.StartsWith("end", StringComparison.Ordinal)).ShouldBe("end 0=1");
    }

    private static byte[] HostileLog(Random random)
    {
        var log = new MemoryStream();
        for (var i = 0; i < 300; i++)
        {
            log.Write(Encoding.UTF8.GetBytes(random.Next(8) switch
            {
                0 => $"{{\"chart\": \"loss\", \"y\": {i}}}\n",
                1 => $"{{\"chart\": \"loss\", \"y\": {i}, \"x\": {i}}}\r\n",
                2 => $"\r {i}%|███▌ | {i}/300{{\"chart\": \"bar\", \"y\": {i}}}\n",
                3 => $"{{\"metrics\": {{\"a\": {i}, \"b\\u00e4\": NaN}}}}\r",
                4 => "Epoch says: nothing, ünïcödé\n",
                5 => $"{{\"chart\": \"broken\", \"y\": {i}\n",
                6 => $"val_acc = 0.{i}\n",
                _ => i % 40 == 7 ? new string('{', LineReader.LongestLine + 10) + "{\"chart\": \"hidden\", \"y\": 1}\n" : "\0\n",
            }));
        }

        log.Write("{\"chart\": \"last\", \"y\": 1}"u8);
        return log.ToArray();
    }

    private static async Task<IReadOnlyList<string>> ReadInPiecesAsync(byte[] log, int[] cuts, bool restarts)
    {
        using var bench = new IngestionBench { Sources = new() { Patterns = [new MetricPattern("val_acc", "val_acc = ([0-9.]+)")] } };
        var ingestion = await bench.StartAsync();
        var start = 0;
        foreach (var cut in cuts)
        {
            bench.Append(log.AsSpan(start..cut));
            start = cut;
            await ingestion.PumpAsync();
            ingestion = restarts ? await bench.ResumeAsync() : ingestion;
        }

        await ingestion.CompleteAsync();
        return bench.Points;
    }
}
