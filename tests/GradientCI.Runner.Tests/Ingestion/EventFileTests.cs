using GradientCI.Runner.Ingestion;

namespace GradientCI.Runner.Tests.Ingestion;

public sealed class EventFileTests
{
    private const string Name = "events.out.tfevents.1700000000.host.1.0";

    [Fact]
    public void The_checksum_is_that_of_event_files_in_the_wild()
    {
        byte[] length = [24, 0, 0, 0, 0, 0, 0, 0];

        // Every event file begins so: a first record of 24 bytes, "brain.Event:2".
        BitConverter.GetBytes(MaskedCrc.Of(length)).ShouldBe([0xA3, 0x7F, 0x4B, 0x22]);
        EventWriter.Masked(length).ShouldBe([0xA3, 0x7F, 0x4B, 0x22]);
        EventWriter.File()[..12].ShouldBe([.. length, 0xA3, 0x7F, 0x4B, 0x22]);
    }

    [Fact]
    public async Task Simple_values_and_tensors_are_points()
    {
        var points = await ReadAsync(EventWriter.File(
            EventWriter.Simple("loss", 1, 0.5f),
            EventWriter.Simple("loss", 2, float.NaN),
            EventWriter.Tensor("epoch_loss", 7, EventWriter.TensorOf(1, [], EventWriter.Bytes(4, BitConverter.GetBytes(0.25f))))));

        points.ShouldBe(["epoch_loss 7=0.25", "loss 1=0.5 2=NaN"]);
    }

    public static TheoryData<string, byte[], string> Tensors => new()
    {
        { "float content", EventWriter.TensorOf(1, [], EventWriter.Bytes(4, BitConverter.GetBytes(1.5f))), "1.5" },
        { "double content", EventWriter.TensorOf(2, [], EventWriter.Bytes(4, BitConverter.GetBytes(0.1))), "0.1" },
        { "half content", EventWriter.TensorOf(19, [], EventWriter.Bytes(4, BitConverter.GetBytes((Half)1.5))), "1.5" },
        { "bfloat16 content", EventWriter.TensorOf(14, [], EventWriter.Bytes(4, [0xC0, 0x3F])), "1.5" },
        { "int32 content", EventWriter.TensorOf(3, [], EventWriter.Bytes(4, BitConverter.GetBytes(-7))), "-7" },
        { "int64 content", EventWriter.TensorOf(9, [], EventWriter.Bytes(4, BitConverter.GetBytes(-7L))), "-7" },
        { "uint8 content", EventWriter.TensorOf(4, [], EventWriter.Bytes(4, [200])), "200" },
        { "packed float", EventWriter.TensorOf(1, [], EventWriter.Bytes(5, BitConverter.GetBytes(1.5f))), "1.5" },
        { "packed double", EventWriter.TensorOf(2, [], EventWriter.Bytes(6, BitConverter.GetBytes(0.1))), "0.1" },
        { "packed int", EventWriter.TensorOf(3, [], EventWriter.Bytes(7, EventWriter.Number(300))), "300" },
        { "packed int64", EventWriter.TensorOf(9, [], EventWriter.Bytes(10, EventWriter.Number(unchecked((ulong)-7L)))), "-7" },
        { "single int64", EventWriter.TensorOf(9, [], EventWriter.Varint(10, 300)), "300" },
        { "packed half", EventWriter.TensorOf(19, [], EventWriter.Bytes(13, EventWriter.Number(0x3E00))), "1.5" },
        { "one element of rank 2", EventWriter.TensorOf(1, [1, 1], EventWriter.Bytes(5, BitConverter.GetBytes(1.5f))), "1.5" },
        { "vector", EventWriter.TensorOf(1, [2], EventWriter.Bytes(4, new byte[8])), "" },
        { "vector of one repeated value", EventWriter.TensorOf(1, [2], EventWriter.Bytes(5, new byte[4])), "" },
        { "two packed floats", EventWriter.TensorOf(1, [], EventWriter.Bytes(5, new byte[8])), "" },
        { "two packed ints", EventWriter.TensorOf(3, [], EventWriter.Bytes(7, [1, 2])), "" },
        { "empty", EventWriter.TensorOf(1, [0], []), "" },
        { "string", EventWriter.TensorOf(7, [], EventWriter.Bytes(8, "text"u8)), "" },
        { "bool", EventWriter.TensorOf(10, [], EventWriter.Bytes(11, [1])), "" },
    };

    [Theory]
    [MemberData(nameof(Tensors))]
    public async Task A_tensor_is_a_point_when_it_holds_one_number(string what, byte[] tensor, string expected)
    {
        var points = await ReadAsync(EventWriter.File(EventWriter.Tensor("m", 1, tensor), EventWriter.Simple("end", 1, 1)));

        points.ShouldBe(expected.Length == 0 ? ["end 1=1"] : ["end 1=1", $"m 1={expected}"], what);
    }

    [Fact]
    public async Task Histograms_pictures_and_long_records_are_passed_over()
    {
        var points = await ReadAsync(EventWriter.File(
            EventWriter.Event(1, [.. EventWriter.Bytes(1, "histogram"u8), .. EventWriter.Bytes(5, new byte[20])]),
            EventWriter.Event(1, [.. EventWriter.Bytes(1, "picture"u8), .. EventWriter.Bytes(4, new byte[3_000_000])]),
            EventWriter.Event(1, [.. EventWriter.Bytes(1, "medium"u8), .. EventWriter.Bytes(4, new byte[500_000])]),
            EventWriter.Simple("end", 1, 1)));

        points.ShouldBe(["end 1=1"]);
    }

    [Fact]
    public async Task A_file_is_read_while_it_is_written_whatever_the_pieces()
    {
        var file = EventWriter.File(
            EventWriter.Simple("loss", 1, 1),
            EventWriter.Event(1, [.. EventWriter.Bytes(1, "picture"u8), .. EventWriter.Bytes(4, new byte[1_200_000])]),
            EventWriter.Simple("loss", 2, 2),
            EventWriter.Simple("loss", 3, 3));
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using var bench = new IngestionBench { Sources = new() { TensorBoard = ["runs/**"] } };
            var ingestion = await bench.StartAsync();
            foreach (var cut in Enumerable.Range(0, 10).Select(_ => random.Next(2) == 0 ? random.Next(file.Length) : random.Next(200)).Order().Append(file.Length))
            {
                bench.Write($"runs/{Name}", file[..cut]);
                await ingestion.PumpAsync();
                ingestion = random.Next(3) == 0 ? await bench.ResumeAsync() : ingestion;
            }

            bench.Points.ShouldBe(["loss 1=1 2=2 3=3"], $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(-2)]
    public async Task A_corrupt_record_ends_the_file_with_a_notice(int offset)
    {
        using var bench = new IngestionBench { Sources = new() { TensorBoard = ["runs"] } };
        var ingestion = await bench.StartAsync();
        var good = EventWriter.File(EventWriter.Simple("loss", 1, 1));
        var bad = EventWriter.Record(EventWriter.Simple("loss", 2, 2));
        bad[offset < 0 ? bad.Length + offset : offset] ^= 1;

        bench.Write($"runs/{Name}", [.. good, .. bad, .. EventWriter.Record(EventWriter.Simple("loss", 3, 3))]);
        await ingestion.PumpAsync();
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["loss 1=1"]);
        ingestion.Notices.ShouldBe([$"The event file runs/{Name} is corrupt after 2 records: its further points are missing."]);
    }

    [Fact]
    public async Task A_record_with_a_right_checksum_that_is_no_event_is_corrupt_too()
    {
        using var bench = new IngestionBench { Sources = new() { TensorBoard = ["runs"] } };
        var ingestion = await bench.StartAsync();

        bench.Write($"runs/\u001b[31m/{Name}", [.. EventWriter.File(), .. EventWriter.Record([0xFF, 0xFF, 0xFF])]);
        await ingestion.PumpAsync();

        ingestion.Notices.ShouldHaveSingleItem().ShouldBe($"The event file runs/\uFFFD[31m/{Name} is corrupt after 1 records: its further points are missing.");
    }

    [Fact]
    public async Task A_broken_off_end_is_pointed_out_when_nobody_writes_any_more()
    {
        using var bench = new IngestionBench { Sources = new() { TensorBoard = ["runs/*"] } };
        var ingestion = await bench.StartAsync();

        bench.Write($"runs/{Name}", EventWriter.File(EventWriter.Simple("loss", 1, 1), EventWriter.Simple("loss", 2, 2))[..^1]);
        await ingestion.PumpAsync();
        ingestion.Notices.ShouldBeEmpty();
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["loss 1=1"]);
        ingestion.Notices.ShouldBe([$"The event file runs/{Name} ends in the middle of record 3."]);
    }

    [Fact]
    public async Task Random_damage_never_throws()
    {
        var random = new Random(9);
        var file = EventWriter.File([.. Enumerable.Range(0, 20).Select(i => EventWriter.Simple("loss", i, i))]);
        using var bench = new IngestionBench { Sources = new() { TensorBoard = ["**"] } };
        var ingestion = await bench.StartAsync();
        for (var i = 0; i < 90; i++)
        {
            // The checksums are right, so that the damage reaches the decoder.
            var record = EventWriter.Simple("loss", i, i);
            record[random.Next(record.Length)] = (byte)random.Next(256);
            bench.Write($"d{i}/{Name}", [.. file, .. EventWriter.Record(record[..random.Next(record.Length)])]);
        }

        await ingestion.CompleteAsync();

        bench.Points[0].ShouldBe("d1/loss " + string.Join(' ', Enumerable.Range(0, 20).Select(i => $"{i}={i}")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_oldest_folder_gives_bare_tags_and_further_ones_their_name(bool atOnce)
    {
        using var bench = new IngestionBench { Sources = new() { TensorBoard = ["logs/**"] } };
        var ingestion = await bench.StartAsync();

        bench.Write("logs/fit/train/events.out.tfevents.100.host.1.0", EventWriter.File(EventWriter.Simple("epoch_loss", 0, 1)));
        ingestion = await PumpAsync(bench, ingestion, atOnce);
        bench.Write("logs/fit/validation/events.out.tfevents.101.host.1.0", EventWriter.File(EventWriter.Simple("epoch_loss", 0, 2)));
        ingestion = await PumpAsync(bench, ingestion, atOnce);
        bench.Write("logs/fit/train/events.out.tfevents.102.host.1.0", EventWriter.File(EventWriter.Simple("epoch_loss", 1, 3)));
        bench.Write("logs/fit/train/inner/events.out.tfevents.103.host.1.0", EventWriter.File(EventWriter.Simple("epoch_loss", 0, 4)));
        bench.Write("logs/events.out.tfevents.104.host.1.0", EventWriter.File(EventWriter.Simple("epoch_loss", 0, 5)));
        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(["epoch_loss 0=1 1=3", "inner/epoch_loss 0=4", "logs/epoch_loss 0=5", "validation/epoch_loss 0=2"]);
    }

    [Fact]
    public async Task Event_files_of_the_commit_are_not_the_trials()
    {
        using var bench = new IngestionBench { Sources = new() { TensorBoard = ["runs/**"] } };
        bench.Write($"runs/old/{Name}", EventWriter.File(EventWriter.Simple("loss", 1, 1)));
        var ingestion = await bench.StartAsync();

        bench.Write($"runs/new/{Name}", EventWriter.File(EventWriter.Simple("loss", 2, 2)));
        await ingestion.PumpAsync();
        var resumed = await bench.ResumeAsync();
        await resumed.CompleteAsync();

        bench.Points.ShouldBe(["loss 2=2"]);
    }

    private static async Task<AttemptIngestion> PumpAsync(IngestionBench bench, AttemptIngestion ingestion, bool atOnce)
    {
        if (atOnce)
        {
            return ingestion;
        }

        await ingestion.PumpAsync();
        return await bench.ResumeAsync();
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(byte[] file)
    {
        using var bench = new IngestionBench { Sources = new() { TensorBoard = ["runs/**"] } };
        var ingestion = await bench.StartAsync();
        bench.Write($"runs/Nov21_21-46-00_host/{Name}", file);
        await ingestion.CompleteAsync();
        ingestion.Notices.ShouldBeEmpty();
        return bench.Points;
    }
}
