using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Testing.Snapshots;

namespace GradientCI.Reports;

/// <summary>Texts that want to be more than text, and a run that carries one in every place that takes text.</summary>
internal static class Payloads
{
    public static readonly string[] All =
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "\"><script>alert(1)</script>", "' onmouseover='alert(1)",
        "\" autofocus onfocus=\"alert(1)", "</td></tr></table><h1>owned</h1>", "</style><script>alert(1)</script>", "</title><script>alert(1)</script>", "</svg><iframe src=//evil.example>",
        "<!-- gradientci:digits -->", "--> <b>bold</b> <!--", "<a href=\"javascript:alert(1)\">click</a>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>",
        "<link rel=stylesheet href=//evil.example>", "<form action=//evil.example><input>", "<details open ontoggle=alert(1)>", "<math><mi//xlink:href=\"data:x,<script>\">", "]]><script>alert(1)</script>",
        "[click](javascript:alert(1))", "![pixel](https://evil.example/p.png)", "[ref][1]\n\n[1]: https://evil.example", "<https://evil.example>", "https://evil.example/path",
        "www.evil.example", "mailto:a@evil.example", "someone@evil.example", "xmpp:a@evil.example/x", "[x]: https://evil.example \"t\"",
        "@octocat", "@org/team please", "hello @everyone.", "#123", "fixes #1", "GH-12", "octo/repo#7", "octo/repo@abcdef1234567890", "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", "abcdef1",
        "a | b | c", "|||||", "a\\|b", "\\", "`code`", "``` fence", "~~~~", "a `b | c` d", "``` \n<script>\n```", "`<b>|</b>`", "``", "`",
        "line\nbreak", "line\r\n\r\n# Heading", "- item", "1. item", "* * *", "=====", "-----", "> quote", "    indented", "\t# tab", "+ plus", "# heading",
        "**bold** _it_ ~~gone~~", "$x^2$ $$y$$", ":smile: :tada:", "==mark== ++ins++ ^up^ ~down~", "&lt;script&gt; &#64;octocat &amp;", "{.class onclick=alert(1)}", "[^1] [^1]: note", "*[HTML]: x",
        "::: warning", ": definition", "Term\n:   definition", "[ ] task", "\"quoted\" 'text' <", "${{ secrets.TOKEN }}", "%3Cscript%3E", "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2+3",
        "\u202Egnp.exe\u202C", "zero\u200Bwidth\u200Djoin\uFEFF", "tag\U000E0041\U000E0042", "\u2066isolate\u2069", "soft\u00ADhyphen", "nul\0 bell\a esc\u001B[31mred", "\uD800 lone \uDC00", "line\u2028sep\u2029para\u0085next",
        "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "漢字 العربية עברית 👩‍👩‍👧", " ", "\u200B", new string('A', 5_000), new string('|', 5_000), new string('<', 5_000), new string('`', 5_000), string.Concat(Enumerable.Repeat("👾", 3_000)),
        new string('>', 3_000) + "deep", new string('[', 3_000), "*".PadRight(3_000, '*') + "a",
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, All.Length)];

    public static ReportInput Everywhere(string text, string notes)
    {
        var baseline = Carrier(new SnapshotBuilder("digits", 11), text, 0.5);
        var run = Carrier(new SnapshotBuilder("digits", 12), text + "!", 0.6);
        run.Trial(Set(text, 9, text), TrialState.Failed, text);
        run.Trial(Set(text, 10, text), TrialState.TimedOut, text + " again");
        run.Run = run.Run with { Baseline = baseline.Run.Id, BaselineNote = "x" + text };
        return new ReportInput(run.Build(), baseline.Build(),
        [
            new HistoryPoint($"digits#{text}", text, text, 0.4, false), new HistoryPoint("digits#11", text, text, 0.5, false), new HistoryPoint("digits#12", text, text, 0.6, true),
        ])
        {
            Notes = notes,
        };
    }

    /// <summary>The same with a second objective of such a name.</summary>
    public static ReportInput OfSeveral(string text)
    {
        var input = Everywhere(text, "");
        return input with { Run = Second(input.Run, text), Baseline = Second(input.Baseline!, text) };
    }

    private static RunSnapshot Second(RunSnapshot run, string text)
    {
        var spec = run.Run.Spec with { Objectives = run.Run.Spec.Objectives.Add(new Objective("z" + text, Direction.Minimize)), Constraints = [] };
        return new RunSnapshot(
            run.Run with { Spec = spec },
            [.. run.Trials.Select(trial => trial with { Series = trial.Series.Add("z" + text, SnapshotBuilder.Series(3.0 / trial.Trial.ParameterSetNumber)) })]);
    }

    /// <summary>A sweep that teaches something of a parameter with the text as its name, and of one with it as a value.</summary>
    public static RunSnapshot Sweep(string text)
    {
        var run = new SnapshotBuilder().Objective("m" + text).Search("p" + text, new FloatDomain(0, 1)).Search("q" + text, new ChoiceDomain([ParameterValue.Of(text), ParameterValue.Of(text + "2")]));
        for (var trial = 0; trial < 20; trial++)
        {
            run.Trial(
                new ParameterSet([new("p" + text, ParameterValue.Of(trial / 20.0)), new("q" + text, ParameterValue.Of(trial % 3 == 0 ? text : text + "2"))]),
                TrialState.Succeeded, "", ("m" + text, SnapshotBuilder.Series(trial + (trial % 3))));
        }

        return run.Build();
    }

    private static SnapshotBuilder Carrier(SnapshotBuilder run, string text, double value)
    {
        run.Objective("m" + text).AtLeast("m" + text, 0.9).AtLeast("other " + text, 0.1)
            .Spec(spec => spec with
            {
                Description = "x" + text,
                Image = text,
                Constraints = [new ConstraintSpec("m" + text, new Interval(0.55, true, null, false, text))],
                Command = new CommandSpec([text], true),
                Report = new ReportSpec { Columns = ["p" + text, "m" + text, text], Charts = [new ChartSpec(["m" + text], Scale.Linear)] },
            })
            .Search("p" + text, new ChoiceDomain([ParameterValue.Of(text), ParameterValue.Of(text + "2")]));
        foreach (var repeat in new[] { 0, 1, 2 })
        {
            run.Trial(Set(text, 1, text), TrialState.Succeeded, "", ("m" + text, SnapshotBuilder.Series(0.1, value + (repeat * 0.01))), (text + "/other", SnapshotBuilder.Series(1, 2, double.NaN)));
            run.Trial(Set(text, 2, text + "2"), TrialState.Succeeded, "", ("m" + text, SnapshotBuilder.Series(0.1, value / 2)), (text + "/other", SnapshotBuilder.Series(3, 2)));
        }

        run.Run = run.Run with
        {
            Commit = run.Run.Commit with { AuthorName = "x" + text, AuthorEmail = text, Message = "x" + text, Ref = "refs/heads/x" + text, Tree = "x" + text },
            ManifestDigest = "x" + text,
            Executor = "x" + text,
            SamplerNote = "x" + text,
            Problem = "x" + text,
            Changes = [new FileChange("x" + text, "modified", text, 1, 2), new FileChange(text, text, null, null, null)],
            Notices = [text, text],
            Provenance = new Provenance
            {
                Host = "x" + text, OperatingSystem = "x" + text, Cpu = "x" + text, Gpus = [text, text, "x" + text], GpuDriver = "x" + text,
                GitVersion = "x" + text, RuntimeVersion = "x" + text, ProductVersion = "x" + text,
            },
        };
        return run;
    }

    private static ParameterSet Set(string text, long number, string value) => new(
    [
        KeyValuePair.Create("p" + text, ParameterValue.Of(value)), KeyValuePair.Create("n", ParameterValue.Of(number)),
    ]);
}
