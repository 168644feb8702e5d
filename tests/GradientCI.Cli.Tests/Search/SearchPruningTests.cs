using System.Globalization;
using System.Text.Json;

namespace GradientCI.Cli.Tests.Search;

/// <summary>Steps that are told are judged by the manifest's pruner.</summary>
public sealed class SearchPruningTests
{
    private const string Sweep = "{ parameters: { x: { float: [0, 1] } }, max-trials: 30, sampler: random, pruner: { asha: { min-step: 1, reduction: 3 } } }";

    [Fact]
    public async Task An_unpromising_proposal_is_pruned_and_over()
    {
        using var stage = new SearchStage(Sweep);

        var answers = await stage.SendAsync(
            ["""{"ask": 2}""", Step(1, 1, 0.1), Step(2, 1, 0.2), Step(2, 2, 0.01), """{"tell": 2, "value": 0.01}""", """{"open": true}""", """{"about": true}"""]);

        answers[1].ShouldBe("""{"told":1,"decision":"continue"}""");
        answers[2].ShouldBe("""{"told":2,"decision":"prune","reason":"Pruned at step 1: 0.2 is number 2 of 2, and only the best goes on."}""");
        answers[3].ShouldBe(answers[2]);
        answers[4].ShouldContain("Proposal 2 is over: it was pruned.");
        Proposals(answers[5]).ShouldBe([(1, 1.0)]);
        answers[6].ShouldContain("\"pruner\":\"asha\"");
    }

    [Fact]
    public async Task What_is_paused_is_proposed_again_when_it_is_among_the_best_after_all()
    {
        using var stage = new SearchStage(Sweep);
        string[] lines =
        [
            """{"ask": 6}""", Step(1, 1, 0.1), Step(2, 1, 0.2), Step(3, 1, 0.3), Step(4, 1, 0.4), Step(5, 1, 0.5), """{"ask": 1}""",
            Step(6, 1, 0.6), """{"ask": 1}""", Step(2, 1, 0.2), Step(2, 2, 0.1), """{"tell": 2, "value": 0.05}""",
        ];

        var paused = await stage.SendAsync(lines, "--checkpoints");
        var pruned = await stage.SendAsync(lines[..9]);

        Proposals(paused[6]).ShouldBe([(7, null)]);
        Proposals(paused[8]).ShouldBe([(2, 1.0)]);
        paused[9].ShouldContain("Step 1 of proposal 2 does not come after its step 1.");
        paused[10].ShouldContain("continue");
        paused[11].ShouldBe("""{"told":2}""");
        Proposals(pruned[8]).ShouldBe([(8, null)]);
    }

    [Fact]
    public async Task A_step_that_breaks_a_constraint_counts_as_the_worst()
    {
        using var stage = new SearchStage(Sweep, "objective: { minimize: loss }\n    constraints: { latency: \"<= 20\" }");

        var answers = await stage.SendAsync(["""{"ask": 2}""", Step(1, 1, 0.9), """{"tell": 2, "step": 1, "value": 0.1, "metrics": {"latency": 21}}"""]);

        answers[1].ShouldContain("continue");
        answers[2].ShouldContain("prune");
    }

    [Fact]
    public async Task Of_several_objectives_all_are_looked_at()
    {
        using var stage = new SearchStage(Sweep, "objective: [{ minimize: loss }, { minimize: ms }]");

        var answers = await stage.SendAsync(
        [
            """{"ask": 3}""", """{"tell": 1, "step": 1, "values": [0.1, 30]}""", """{"tell": 2, "step": 1, "values": [0.2, 10]}""", """{"tell": 3, "step": 1, "values": [0.15, 40]}""",
        ]);

        answers[2].ShouldBe("""{"told":2,"decision":"continue"}""");
        answers[3].ShouldBe("""{"told":3,"decision":"prune","reason":"Pruned at step 1: loss 0.15 with ms 40 is number 3 of 3, and only the best goes on."}""");
    }

    private static string Step(int id, int step, double value) => string.Create(CultureInfo.InvariantCulture, $$"""{"tell": {{id}}, "step": {{step}}, "value": {{value}}}""");

    private static (int Id, double? Step)[] Proposals(string answer) =>
    [
        .. JsonDocument.Parse(answer).RootElement.GetProperty("proposals").EnumerateArray()
            .Select(proposal => (proposal.GetProperty("id").GetInt32(), proposal.TryGetProperty("step", out var step) ? step.GetDouble() : (double?)null)),
    ];
}
