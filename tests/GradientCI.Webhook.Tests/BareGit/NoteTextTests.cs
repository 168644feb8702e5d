using System.Text;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Testing.Snapshots;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Webhook.Tests.BareGit;

public sealed class NoteTextTests
{
    [Fact]
    public void A_line_for_each_experiment_with_its_newest_run()
    {
        var baseline = Run("digits", 11, 0.92);
        var text = NoteText.Of(
        [
            Report(Run("words", 3, 0.5, atLeast: 0.9)), Report(Run("digits", 12, 0.93), baseline), Report(baseline),
        ]);

        text.ShouldBe("""
            digits#12 passed: val_acc 0.93, +1.0 points against digits#11 (n = 1), 1 of 1 checks passed, 1 trial in 41s
            words#3 failed: val_acc 0.5, 0 of 1 checks passed, 1 trial in 41s
              The check val_acc did not pass: 0.5 < 0.9 (needs >= 0.9).
            """ + "\n");
    }

    [Fact]
    public void The_same_reports_in_any_order_give_the_same_text()
    {
        Report[] reports = [Report(Run("a", 1, 0.1)), Report(Run("b", 2, 0.2)), Report(Run("a", 3, 0.3))];

        NoteText.Of(reports).ShouldBe(NoteText.Of([.. reports.Reverse()]));
    }

    [Fact]
    public void Hostile_and_endless_text_stays_small_and_plain()
    {
        var problem = "\u001b[2J\u202E" + new string('ü', 5000) + "\nfake: passed";
        var reports = Enumerable.Range(0, 60).Select(number => Report(
            new SnapshotBuilder($"e{number}").With(run => run with { State = RunState.Errored, Problem = problem }).Trial("lr=1").Build()));

        var text = NoteText.Of([.. reports]);

        Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(4096);
        text.ShouldNotContain('\u001b');
        text.ShouldNotContain('\u202E');
        text.ShouldNotContain("\nfake");
        text.ShouldContain("more; see gradientci list");
    }

    private static RunSnapshot Run(string experiment, int number, double value, double atLeast = 0.1) =>
        new SnapshotBuilder(experiment, number).Objective("val_acc").AtLeast("val_acc", atLeast).Trial("lr=0.1", ("val_acc", [value])).Build();

    private static Report Report(RunSnapshot run, RunSnapshot? baseline = null) => Reports.Analysis.Report.From(new ReportInput(run, baseline, []));
}
