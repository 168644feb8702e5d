using GradientCI.Webhook.Monitoring;

namespace GradientCI.Webhook.Tests.Monitoring;

public sealed class PrometheusTextTests
{
    [Fact]
    public void A_family_has_its_help_its_type_and_its_values_in_one_piece()
    {
        var counter = new Counter("gradientci_deliveries_total", "Deliveries by event.", "event", "result");
        counter.Add("push", "done");
        counter.Add("ping", "ignored");
        counter.Add("push", "done");

        PrometheusText.Write([counter.Read(), MeterFamily.Gauge("gradientci_inbox_age_seconds", "Age.", 0.5)]).ShouldBe("""
            # HELP gradientci_deliveries_total Deliveries by event.
            # TYPE gradientci_deliveries_total counter
            gradientci_deliveries_total{event="ping",result="ignored"} 1
            gradientci_deliveries_total{event="push",result="done"} 2
            # HELP gradientci_inbox_age_seconds Age.
            # TYPE gradientci_inbox_age_seconds gauge
            gradientci_inbox_age_seconds 0.5

            """);
    }

    [Fact]
    public void A_histogram_counts_everything_up_to_each_bound()
    {
        var histogram = new Histogram("gradientci_wait_seconds", "Waits.", 0.5, 2);
        foreach (var seconds in (ReadOnlySpan<double>)[0.5, 0.25, 1, 100, -5])
        {
            histogram.Add(TimeSpan.FromSeconds(seconds));
        }

        PrometheusText.Write([histogram.Read()]).ShouldBe("""
            # HELP gradientci_wait_seconds Waits.
            # TYPE gradientci_wait_seconds histogram
            gradientci_wait_seconds_bucket{le="0.5"} 3
            gradientci_wait_seconds_bucket{le="2"} 4
            gradientci_wait_seconds_bucket{le="+Inf"} 5
            gradientci_wait_seconds_sum 101.75
            gradientci_wait_seconds_count 5

            """);
    }

    [Fact]
    public void What_would_end_a_line_or_a_label_is_escaped()
    {
        var family = MeterFamily.Gauge("gradientci_x", "A \\ and\na line", [new MeterSample("", PrometheusText.Labels(("as", "a\"b\\c\nd")), double.NaN)]);

        PrometheusText.Write([family]).ShouldBe(
            """# HELP gradientci_x A \\ and\na line""" + "\n# TYPE gradientci_x gauge\n" + """gradientci_x{as="a\"b\\c\nd"} NaN""" + "\n");
    }

    [Fact]
    public void A_counter_without_labels_begins_at_0_and_a_family_without_values_is_left_out()
    {
        PrometheusText.Write([new Counter("gradientci_a_total", "A.").Read(), new Counter("gradientci_b_total", "B.", "event").Read()])
            .ShouldBe("# HELP gradientci_a_total A.\n# TYPE gradientci_a_total counter\ngradientci_a_total 0\n");
    }

    [Fact]
    public void However_many_events_there_are_a_counter_stays_small_and_loses_none()
    {
        var counter = new Counter("gradientci_a_total", "A.", "event");
        for (var at = 0; at < 10_000; at++)
        {
            counter.Add($"event_{at}");
        }

        var samples = counter.Read().Samples;

        samples.Length.ShouldBeLessThanOrEqualTo(201);
        samples.Sum(sample => sample.Value).ShouldBe(10_000);
        samples.ShouldContain(sample => sample.Labels == """{event="other"}""" && sample.Value >= 9_800);
    }
}
