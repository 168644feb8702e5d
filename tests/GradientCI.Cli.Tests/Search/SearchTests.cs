using System.Text;
using System.Text.Json;

namespace GradientCI.Cli.Tests.Search;

/// <summary>Proposals and results as lines of JSON.</summary>
public sealed class SearchTests
{
    private const string Grid = "{ parameters: { lr: [1, 2, 3] }, sampler: grid }";
    private const string Line = "{ parameters: { x: { float: [0, 1] } }, max-trials: 30, sampler: tpe }";

    [Fact]
    public async Task Proposals_come_with_ids_parameters_and_seeds_until_the_space_is_exhausted()
    {
        using var stage = new SearchStage(Grid, "parameters: { batch: 64 }\n    objective: { minimize: loss }");

        var answers = await stage.SendAsync(["""{"ask": 2}""", """{"ask": 2}""", """{"ask": 1}"""]);

        Ids(answers[0]).ShouldBe([1, 2]);
        Proposals(answers[0])[0].GetProperty("parameters").GetRawText().ShouldBe("""{"batch":64,"lr":1}""");
        Proposals(answers[0])[0].GetProperty("seed").GetInt32().ShouldBeGreaterThanOrEqualTo(0);
        Ids(answers[1]).ShouldBe([3]);
        answers[1].ShouldContain("\"ended\":\"The space has no further parameter set.\"");
        answers[2].ShouldBe("""{"proposals":[],"ended":"The space has no further parameter set."}""");
    }

    [Fact]
    public async Task No_more_than_max_trials_are_proposed()
    {
        using var stage = new SearchStage(Line.Replace("30", "2"));

        var answers = await stage.SendAsync(["""{"ask": 5}"""]);

        Ids(answers[0]).ShouldBe([1, 2]);
        answers[0].ShouldContain("All 2 parameter sets of max-trials were proposed.");
    }

    [Fact]
    public async Task A_search_reads_no_earlier_runs_and_says_so()
    {
        using var stage = new SearchStage(Line.Replace("max-trials", "warm-start: true, max-trials"));

        (await stage.TypeAsync("""{"about": true}"""u8.ToArray())).ShouldEndWith(0).Error.ShouldContain("note: warm-start means nothing here: a search reads no earlier runs.");
    }

    [Fact]
    public async Task What_is_told_guides_what_is_proposed()
    {
        using var stage = new SearchStage(Line);

        var near = await SearchAsync(stage, x => Math.Abs(x - 0.9));
        var far = await SearchAsync(stage, x => Math.Abs(x - 0.1));

        near.TakeLast(10).Average().ShouldBeGreaterThan(0.7);
        far.TakeLast(10).Average().ShouldBeLessThan(0.3);
    }

    [Fact]
    public async Task The_same_lines_get_the_same_answers_and_another_seed_others()
    {
        using var stage = new SearchStage(Line);
        string[] lines = ["""{"ask": 3}""", """{"tell": 2, "value": 0.5}""", """{"ask": 3}"""];

        var first = await stage.SendAsync(lines);

        (await stage.SendAsync(lines)).ShouldBe(first);
        (await stage.SendAsync(lines, "--seed", "7")).ShouldNotBe(first);
    }

    [Theory]
    [InlineData("""{"tell": 1, "value": 0.5}""")]
    [InlineData("""{"tell": 1, "value": NaN}""")]
    [InlineData("""{"tell": 1, "value": -Infinity}""")]
    [InlineData("""{"tell": 1, "value": "NaN"}""")]
    [InlineData("""{"tell": 1, "value": null}""")]
    [InlineData("""{"tell": 1, "values": [0.5]}""")]
    [InlineData("""{"tell": 1, "metrics": {"loss": 0.5, "other": 1}}""")]
    [InlineData("""{"tell": 1, "state": "failed"}""")]
    [InlineData("""{"tell": 1, "state": "pruned"}""")]
    [InlineData("""{"tell": 1, "state": "succeeded", "value": 1e400}""")]
    public async Task An_end_is_told_in_many_ways_and_once(string told)
    {
        using var stage = new SearchStage(Grid);

        var answers = await stage.SendAsync(["""{"ask": 1}""", told, told, """{"open": true}""", """{"ask": 1}"""]);

        answers[1].ShouldBe("""{"told":1}""");
        answers[2].ShouldContain("\"code\":\"ended\"");
        answers[3].ShouldBe("""{"proposals":[]}""");
        Ids(answers[4]).ShouldBe([2]);
    }

    [Fact]
    public async Task Steps_are_answered_and_make_the_value_when_none_is_told()
    {
        using var stage = new SearchStage(Grid);

        var answers = await stage.SendAsync(
            ["""{"ask": 2}""", """{"tell": 1, "state": "succeeded"}""", """{"tell": 1, "step": 1, "value": 0.5}""", """{"tell": 1, "step": 1, "value": 0.5}""", """{"tell": 1, "step": 2.5, "value": 0.25}""", """{"tell": 1, "state": "succeeded"}"""]);

        answers[1].ShouldContain("\"code\":\"no-value\"");
        answers[2].ShouldBe("""{"told":1,"decision":"continue"}""");
        answers[3].ShouldContain("Step 1 of proposal 1 does not come after its step 1.");
        answers[4].ShouldBe("""{"told":1,"decision":"continue"}""");
        answers[5].ShouldBe("""{"told":1}""");
    }

    [Fact]
    public async Task A_constraint_wants_its_metric()
    {
        using var stage = new SearchStage(Grid, "objective: { minimize: loss }\n    constraints: { latency: \"<= 20\" }");

        var answers = await stage.SendAsync(
            ["""{"ask": 3}""", """{"tell": 1, "value": 1}""", """{"tell": 1, "value": 1, "metrics": {"latency": 30}}""", """{"tell": 2, "value": 2, "metrics": {"latency": NaN}}"""]);

        answers[1].ShouldContain("The experiment toy has a constraint on latency, and no value of it came.");
        answers[2].ShouldBe("""{"told":1}""");
        answers[3].ShouldBe("""{"told":2}""");
    }

    [Theory]
    [InlineData("bad-json", "[]")]
    [InlineData("bad-json", "{")]
    [InlineData("bad-json", "{\"ask\": 1, \"ask\": 2}")]
    [InlineData("bad-json", "{\"tell\": 1, \"metrics\": {\"a\": [[[[1]]]]}}")]
    [InlineData("bad-json", "\u0000")]
    [InlineData("bad-request", "{}")]
    [InlineData("bad-request", "{\"ask\": 0}")]
    [InlineData("bad-request", "{\"ask\": 1001}")]
    [InlineData("bad-request", "{\"ask\": 1.5}")]
    [InlineData("bad-request", "{\"ask\": 1, \"tell\": 1}")]
    [InlineData("bad-request", "{\"ask\": 1, \"seed\": 1}")]
    [InlineData("bad-request", "{\"open\": false}")]
    [InlineData("bad-request", "{\"tell\": \"1\", \"value\": 1}")]
    [InlineData("bad-request", "{\"tell\": 1}")]
    [InlineData("bad-request", "{\"tell\": 1, \"value\": \"much\"}")]
    [InlineData("bad-request", "{\"tell\": 1, \"value\": 1, \"values\": [1]}")]
    [InlineData("bad-request", "{\"tell\": 1, \"values\": [1, 2]}")]
    [InlineData("bad-request", "{\"tell\": 1, \"step\": -1, \"value\": 1}")]
    [InlineData("bad-request", "{\"tell\": 1, \"step\": 1}")]
    [InlineData("bad-request", "{\"tell\": 1, \"step\": 1, \"value\": 1, \"state\": \"failed\"}")]
    [InlineData("bad-request", "{\"tell\": 1, \"state\": \"failed\", \"value\": 1}")]
    [InlineData("bad-request", "{\"tell\": 1, \"state\": \"done\"}")]
    [InlineData("unknown-id", "{\"tell\": 2, \"value\": 1}")]
    [InlineData("unknown-id", "{\"tell\": 0, \"value\": 1}")]
    [InlineData("unknown-id", "{\"tell\": 9223372036854775807, \"value\": 1}")]
    public async Task A_line_that_makes_no_sense_is_answered_and_changes_nothing(string code, string line)
    {
        using var stage = new SearchStage(Grid);

        var answers = await stage.SendAsync(["""{"ask": 1}""", line, """{"open": true}""", """{"ask": 1}"""]);

        answers.Length.ShouldBe(4);
        answers[1].ShouldStartWith($$"""{"error":{"code":"{{code}}","message":""");
        Ids(answers[2]).ShouldBe([1]);
        Ids(answers[3]).ShouldBe([2]);
    }

    [Fact]
    public async Task A_line_without_end_is_not_kept_and_the_next_one_is_answered()
    {
        using var stage = new SearchStage(Grid);
        byte[] input = [.. Encoding.UTF8.GetBytes("\r\n  \n"), .. new byte[300_000], (byte)'\n', .. Encoding.UTF8.GetBytes("{\"ask\": 1}\r\n{\"open\": true}")];

        var answers = SearchStage.Lines(await stage.TypeAsync(input));

        answers.Length.ShouldBe(3);
        answers[0].ShouldContain("\"code\":\"too-long\"");
        Ids(answers[1]).ShouldBe([1]);
        Ids(answers[2]).ShouldBe([1]);
    }

    [Fact]
    public async Task Without_an_objective_there_is_nothing_to_tell_but_the_end()
    {
        using var stage = new SearchStage(Grid, "description: Only looks");

        var answers = await stage.SendAsync(["""{"ask": 1}""", """{"tell": 1, "value": 1}""", """{"tell": 1, "state": "succeeded"}""", """{"about": true}"""]);

        answers[1].ShouldContain("\"code\":\"no-objective\"");
        answers[2].ShouldBe("""{"told":1}""");
        answers[3].ShouldStartWith("""{"schema":"gradientci/search/1","experiment":"toy","sampler":"grid","note":"grid: as the manifest asks","pruner":null,"seed":0""");
    }

    [Theory]
    [InlineData("There is no sampler \"magic\".", "--sampler", "magic")]
    [InlineData("There is no file ", "--manifest", "gone.yml")]
    public async Task What_cannot_begin_ends_with_a_sentence(string sentence, params string[] options)
    {
        using var stage = new SearchStage(Grid);

        (await stage.TypeAsync([], options)).ShouldEndWith(2).Error.ShouldContain(sentence);
    }

    private static async Task<List<double>> SearchAsync(SearchStage stage, Func<double, double> loss)
    {
        // Each round says again what was said before, as a client does that starts over.
        var lines = new List<string>();
        var points = new List<double>();
        while (points.Count < 30)
        {
            lines.Add("""{"ask": 1}""");
            var x = Proposals((await stage.SendAsync([.. lines]))[^1])[0].GetProperty("parameters").GetProperty("x").GetDouble();
            points.Add(x);
            lines.Add(FormattableString.Invariant($$"""{"tell": {{points.Count}}, "value": {{loss(x)}}}"""));
        }

        return points;
    }

    private static int[] Ids(string answer) => [.. Proposals(answer).Select(proposal => proposal.GetProperty("id").GetInt32())];

    private static JsonElement[] Proposals(string answer) => [.. JsonDocument.Parse(answer).RootElement.GetProperty("proposals").EnumerateArray()];
}
