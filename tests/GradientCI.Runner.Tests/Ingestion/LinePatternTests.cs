using GradientCI.Specs;

namespace GradientCI.Runner.Tests.Ingestion;

public sealed class LinePatternTests
{
    private static readonly MetricPattern Accuracy = new("val_acc", "val_acc[=:] *([0-9.eE+-]+|nan|inf)");

    [Fact]
    public async Task The_first_group_of_the_first_match_of_a_line_is_the_value()
    {
        var points = await IngestionBench.ReadAsync(
            """
            val_acc: 0.5
            epoch 1 val_acc=0.75 val_acc=0.9
            val_acc=1e-3 loss=2
            val_acc=nan
            val_acc=...
            """,
            Accuracy,
            new MetricPattern("loss", "loss=(.*)"));

        points.ShouldBe(["loss 0=2", "val_acc 0=0.5 1=0.75 2=0.001 3=NaN"]);
    }

    [Fact]
    public async Task A_line_that_is_a_metric_line_is_not_searched()
    {
        var points = await IngestionBench.ReadAsync("""{"chart": "val_acc=0.1", "y": 1}""", Accuracy);

        points.ShouldBe(["val_acc=0.1 0=1"]);
    }

    [Fact]
    public async Task Only_the_first_4096_bytes_of_a_line_are_searched()
    {
        var points = await IngestionBench.ReadAsync($"{new string('a', 4_000)}val_acc=0.5\n{new string('a', 4_100)}val_acc=0.6\n", Accuracy);

        points.ShouldBe(["val_acc 0=0.5"]);
    }

    [Fact]
    public async Task A_pattern_without_a_group_finds_nothing()
    {
        var points = await IngestionBench.ReadAsync("val_acc=0.5\n", new MetricPattern("val_acc", "val_acc=0.5"));

        points.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(?=a)(b)")]
    [InlineData(@"(a)\1")]
    public async Task A_pattern_that_needs_backtracking_is_refused_with_a_sentence(string pattern)
    {
        var exception = await Should.ThrowAsync<GradientException>(() => IngestionBench.ReadAsync("a", new MetricPattern("acc", pattern)));

        exception.Kind.ShouldBe(FailureKind.Usage);
        exception.Message.ShouldStartWith("The pattern of metric acc cannot be used");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_pattern_that_would_backtrack_for_ever_does_not()
    {
        var line = new string('a', 4_000) + "!";

        var points = await IngestionBench.ReadAsync(string.Concat(Enumerable.Repeat(line + "\n", 50)), new MetricPattern("acc", "^(a|a|aa)+$"));

        points.ShouldBeEmpty();
    }
}
