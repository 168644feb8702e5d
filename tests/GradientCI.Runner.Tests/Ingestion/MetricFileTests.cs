using System.Diagnostics;
using GradientCI.Runner.Ingestion;

namespace GradientCI.Runner.Tests.Ingestion;

public sealed class MetricFileTests
{
    [Fact]
    public async Task JSON_lines_hold_the_shapes_of_the_log_and_flat_rows()
    {
        var points = await ReadAsync("metrics.jsonl", """
            {"step": 1, "loss": 0.5, "epoch": 0}
            {"chart": "acc", "y": 0.9, "x": 3}
            {"metrics": {"loss": 0.25}, "step": 2}
            not JSON
            {"loss": 0.125}
            """);

        points.ShouldBe(["acc 3=0.9", "loss 1=0.5 2=0.25 2=0.125"]);
    }

    [Theory]
    [InlineData("epoch,loss,acc\n0,0.5,0.1\n1,0.25,0.2\n", "acc 0=0.1 1=0.2, loss 0=0.5 1=0.25")]
    [InlineData("loss,acc\n0.5,0.1\n0.25,0.2", "acc 0=0.1 1=0.2, loss 0=0.5 1=0.25")]
    [InlineData("epoch,step,loss\n0,10,0.5\n0,20,0.25\n", "loss 10=0.5 20=0.25")]
    [InlineData("\uFEFF\"step\";\"x\"\n", "")]
    [InlineData("\uFEFF\"step\",\"a, \"\"b\"\"\"\r\n\"3\",\"0.5\"\r\n", "a, \"b\" 3=0.5")]
    [InlineData("step,loss,acc,name\n1,0.5,,first\n2,,0.2,second\n", "acc 2=0.2, loss 1=0.5")]
    [InlineData("step,loss\n1,nan\n2,inf\n3,-Infinity\n", "loss 1=NaN 2=Infinity 3=-Infinity")]
    [InlineData(",loss\n0,0.5\n", "loss 0=0.5")]
    [InlineData("step,loss\n,0.5\nx,0.4\n3\n4,0.3,7,8\n", "loss 4=0.3")]
    [InlineData("loss\n\"0.5\n0.25\n", "loss 1=0.25")]
    [InlineData("loss\n1 000\n1e3\n0x10\n$5\n(5)\n1_000\n 7 \n", "loss 1=1000 6=7")]
    public async Task A_table_has_a_header_and_every_number_is_a_point(string csv, string expected)
    {
        var points = await ReadAsync("history.csv", csv);

        string.Join(", ", points).ShouldBe(expected);
    }

    [Fact]
    public async Task A_table_may_be_separated_by_tabs() =>
        (await ReadAsync("history.tsv", "step\tloss\n1\t0.5\n")).ShouldBe(["loss 1=0.5"]);

    [Fact]
    public async Task Rows_are_taken_while_they_are_written()
    {
        using var bench = new IngestionBench { Sources = new() { Files = ["out/*.csv"] } };
        var ingestion = await bench.StartAsync();

        bench.Write("out/history.csv", "step,lo");
        await ingestion.PumpAsync();
        bench.AppendTo("out/history.csv", "ss\n1,0.5\n2,0.");
        await ingestion.PumpAsync();
        bench.Points.ShouldBe(["loss 1=0.5"]);
        bench.AppendTo("out/history.csv", "25\n3,0.125");
        await ingestion.PumpAsync();
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["loss 1=0.5 2=0.25 3=0.125"]);
    }

    [Fact]
    public async Task A_file_that_is_written_anew_each_epoch_doubles_nothing()
    {
        using var bench = new IngestionBench { Sources = new() { Files = ["history.csv", "metrics.jsonl"] } };
        var ingestion = await bench.StartAsync();

        for (var epoch = 1; epoch <= 4; epoch++)
        {
            // Another width each time: no row stays where it was.
            var rows = Enumerable.Range(1, epoch).ToArray();
            bench.Write("history.csv", $"step,{new string('p', epoch)},loss\n" + string.Concat(rows.Select(row => $"{row},x,{row}.{new string('0', 5 - epoch)}\n")));
            await ingestion.PumpAsync();
            bench.Write("metrics.jsonl", string.Concat(rows.Select(row => $"{{\"acc\": {row}}}\n")));
            await ingestion.PumpAsync();
            bench.Write("history.csv", "");
            await ingestion.PumpAsync();
        }

        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["acc 0=1 1=2 2=3 3=4", "loss 1=1 2=2 3=3 4=4"]);
    }

    [Fact]
    public async Task A_file_of_the_commit_is_not_the_trials_until_the_trial_writes_to_it()
    {
        using var bench = new IngestionBench { Sources = new() { Files = ["*.csv"] } };
        bench.Write("appended.csv", "step,a\n1,1\n");
        bench.Write("rewritten.csv", "step,b\n1,1\n2,2\n");
        bench.Write("untouched.csv", "step,c\n1,1\n");
        var ingestion = await bench.StartAsync();

        bench.AppendTo("appended.csv", "2,2\n");
        bench.Write("rewritten.csv", "step,b\n1,9\n");
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["a 2=2", "b 1=9"]);
    }

    [Fact]
    public async Task A_restart_at_any_moment_loses_and_doubles_no_row()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using var bench = new IngestionBench { Sources = new() { Files = ["*.csv", "*.jsonl"] } };
            bench.Write("committed.csv", "step,old\n1,1\n");
            var ingestion = await bench.StartAsync();
            bench.Write("a.csv", "step,a\n");
            for (var i = 0; i < 20; i++)
            {
                bench.AppendTo("a.csv", $"{i},{i}\n");
                bench.AppendTo("b.jsonl", $"{{\"b\": {i}}}\n");
                bench.Append($"{{\"chart\": \"b\", \"y\": {i + 100}}}\n");
                ingestion = await PumpOrDieAsync(bench, ingestion, random);
            }

            ingestion = await bench.ResumeAsync();
            await ingestion.CompleteAsync();

            var numbers = Enumerable.Range(0, 20).ToArray();
            bench.Points[0].ShouldBe($"a {string.Join(' ', numbers.Select(i => $"{i}={i}"))}", $"seed {seed}");
            var b = await bench.Store.ReadPointsAsync(bench.Attempt.Trial, "b", CancellationToken.None);
            b.Select(point => point.X).ShouldBe(Enumerable.Range(0, 40).Select(i => (double)i), $"seed {seed}");
            b.Select(point => (int)point.Y).Order().ShouldBe(numbers.Concat(numbers.Select(i => i + 100)), $"seed {seed}");
            bench.Points.Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Lost_positions_are_pointed_out_and_double_nothing()
    {
        using var bench = new IngestionBench { Sources = new() { Files = ["a.csv"] } };
        var ingestion = await bench.StartAsync();
        bench.Write("a.csv", "step,a\n1,1\n");
        await ingestion.PumpAsync();

        File.WriteAllText(bench.Log + ".sources", "{");
        var resumed = await bench.ResumeAsync();
        bench.AppendTo("a.csv", "2,2\n");
        await resumed.CompleteAsync();

        bench.Points.ShouldBe(["a 1=1 2=2"]);
        resumed.Notices.ShouldBe(["How far the metric files had been read was lost: only what is written from now on is taken."]);
    }

    [Fact]
    public async Task At_most_100_files_are_read()
    {
        using var bench = new IngestionBench { Sources = new() { Files = ["**/*.csv"] } };
        var ingestion = await bench.StartAsync();

        for (var i = 0; i < 105; i++)
        {
            bench.Write($"f{i:D3}/a.csv", $"step,m{i:D3}\n1,1\n");
        }

        await ingestion.CompleteAsync();

        bench.Points.Count.ShouldBe(MetricFiles.MostFiles);
        ingestion.Notices.ShouldBe(["More than 100 metric files match: the others are not read."]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Links_pipes_folders_and_unreadable_files_are_passed_over()
    {
        using var bench = new IngestionBench { Sources = new() { Files = ["*.csv", "linked/*.csv", "pipe.jsonl", "link.jsonl", "linked/secret.jsonl", "../*.csv", "/etc/passwd"] } };
        var ingestion = await bench.StartAsync();
        var outside = Path.Combine(bench.Outside, "secret.csv");
        await File.WriteAllTextAsync(outside, "step,secret\n1,1\n");
        await File.WriteAllTextAsync(Path.ChangeExtension(outside, ".jsonl"), "{\"secret\": 1}\n");
        bench.Write("real.csv", "step,real\n1,1\n");
        bench.Write("d/inner.csv", "step,inner\n1,1\n");
        Directory.CreateDirectory(Path.Combine(bench.Workspace, "folder.csv"));
        File.CreateSymbolicLink(Path.Combine(bench.Workspace, "link.csv"), outside);
        File.CreateSymbolicLink(Path.Combine(bench.Workspace, "link.jsonl"), Path.ChangeExtension(outside, ".jsonl"));
        File.CreateSymbolicLink(Path.Combine(bench.Workspace, "linked"), bench.Outside);
        File.CreateSymbolicLink(Path.Combine(bench.Workspace, "loop"), bench.Workspace);
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(bench.Workspace, "pipe.csv"), Path.Combine(bench.Workspace, "pipe.jsonl")]))
        {
            await mkfifo.WaitForExitAsync();
        }

        await ingestion.PumpAsync();
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["real 1=1"]);
    }

    [Fact]
    public async Task Garbage_in_files_never_throws()
    {
        var random = new Random(8);
        var garbage = new byte[100_000];
        random.NextBytes(garbage);
        for (var i = 0; i < garbage.Length; i += random.Next(1, 30))
        {
            garbage[i] = (byte)"\n,\"{}\t"[random.Next(6)];
        }

        using var bench = new IngestionBench { Sources = new() { Files = ["*"], TensorBoard = ["**"] } };
        var ingestion = await bench.StartAsync();
        foreach (var name in (string[])["a.csv", "a.tsv", "a.jsonl", "events.out.tfevents.1.host"])
        {
            bench.Write(name, garbage);
        }

        bench.Write("z.csv", "step,end\n1,1\n");
        await ingestion.CompleteAsync();

        bench.Points.Last(line => line.StartsWith("end", StringComparison.Ordinal)).ShouldBe("end 1=1");
    }

    // The store may refuse an addition, and the process may die before one, or after it and before it knows.
    private static async Task<AttemptIngestion> PumpOrDieAsync(IngestionBench bench, AttemptIngestion ingestion, Random random)
    {
        var fate = random.Next(5);
        bench.Store.Failures = fate is 0 or 1 ? 1 : 0;
        bench.Store.DeathsAfterAppend = fate == 2 ? 1 : 0;
        var pump = () => ingestion.PumpAsync();
        if (fate <= 2)
        {
            await Should.ThrowAsync<Exception>(pump);
        }
        else
        {
            await pump();
        }

        return fate is 1 or 2 or 3 ? await bench.ResumeAsync() : ingestion;
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(string name, string text)
    {
        using var bench = new IngestionBench { Sources = new() { Files = [name] } };
        var ingestion = await bench.StartAsync();
        bench.Write(name, text);
        await ingestion.CompleteAsync();
        return bench.Points;
    }
}
