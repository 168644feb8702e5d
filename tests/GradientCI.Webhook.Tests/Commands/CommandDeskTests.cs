using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Commands;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.Commands;

/// <summary>Who is listened to, how often, and what that costs.</summary>
public sealed class CommandDeskTests
{
    private const int Patience = 120_000;

    [Fact(Timeout = Patience)]
    public async Task A_command_is_done_once_whatever_is_delivered_again()
    {
        await using var stage = await CommandStage.SetAsync();
        var comment = stage.Comment("Please.\n/gradient run digits lr=0.5\n/gradient help");

        await stage.SayAsync(comment);
        var again = await stage.SayAsync(comment);

        var run = (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
        run.Overrides.ShouldBe(["lr=0.5"]);
        run.Spec.Parameters["lr"]!.Value.ToString().ShouldBe("0.5");
        again.ShouldBe("The comment was seen to before.");
        var told = await stage.ToldAsync();
        told.Select(each => (each.Ordinal, each.Text, each.By, each.Outcome)).ShouldBe(
            [(1, "/gradient run digits lr=0.5", "ada", CommandOutcome.Done), (2, "/gradient help", "ada", CommandOutcome.Done)]);
        told[0].Runs.ShouldBe([new CommandedRun(run.Id)]);
        (await stage.ReactionsAsync()).ShouldBe(["101 Done"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_death_between_doing_and_noting_makes_no_second_run()
    {
        await using var stage = await CommandStage.SetAsync();
        var comment = stage.Comment("/gradient run digits");
        stage.Dying = true;
        await Should.ThrowAsync<InvalidOperationException>(() => stage.SayAsync(comment));
        stage.Dying = false;

        await stage.SayAsync(comment);

        (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
        (await stage.ToldAsync()).ShouldHaveSingleItem().Sentence.ShouldBe("digits#1 is recorded.");
        var entry = (await stage.Forge.Store.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 9, default)).ShouldHaveSingleItem();
        entry.Subject.ShouldEndWith("/digits#1");
        (entry.Who, entry.Action).ShouldBe(("ada", AuditAction.Started));
        entry.Detail.ShouldEndWith(" ada/digits#7");
    }

    [Fact(Timeout = Patience)]
    public async Task A_stranger_gets_a_reaction_and_nothing_runs()
    {
        await using var stage = await CommandStage.SetAsync();

        var note = await stage.SayAsync("/gradient run digits", author: "eve");

        note.ShouldBe("eve may not give commands in ada/digits.");
        (await stage.Forge.RunsAsync()).ShouldBeEmpty();
        (await stage.ReactionsAsync()).ShouldBe(["101 Refused"]);
        (await stage.ToldAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Ten_thousand_commands_of_a_stranger_cost_one_question_and_few_reactions()
    {
        await using var stage = await CommandStage.SetAsync();

        for (var at = 0; at < 10_000; at++)
        {
            await stage.SayAsync("/gradient run digits", author: "eve");
        }

        stage.GitHub.PermissionsAsked.ShouldBe(1);
        (await stage.ReactionsAsync()).Length.ShouldBe(CommandDesk.MostRefusals);
        (await stage.Forge.RunsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_crowd_of_strangers_shares_its_questions_and_shuts_out_nobody_of_the_house()
    {
        await using var stage = await CommandStage.SetAsync();
        for (var at = 0; at < 500; at++)
        {
            await stage.SayAsync("/gradient run digits", author: $"eve{at}");
        }

        (await stage.SayAsync("/gradient run digits", author: "eve-again")).ShouldBe("Too many strangers write commands in ada/digits, so this one's is left alone.");
        await stage.SayAsync("/gradient run digits");

        stage.GitHub.PermissionsAsked.ShouldBe(CommenterPermissions.MostStrangers + 1);
        (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
    }

    [Fact(Timeout = Patience)]
    public async Task A_no_is_remembered_for_minutes_and_a_yes_not_at_all()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.SayAsync("/gradient help", author: "eve");
        stage.GitHub.Writers.Add("eve");
        await stage.SayAsync("/gradient help", author: "eve");
        (await stage.ToldAsync()).ShouldBeEmpty();

        stage.Clock.Advance(CommenterPermissions.Memory);
        await stage.SayAsync("/gradient help", author: "eve");
        stage.GitHub.Writers.Remove("eve");
        await stage.SayAsync("/gradient help", author: "eve");

        (await stage.ToldAsync()).ShouldHaveSingleItem().By.ShouldBe("eve");
        (await stage.ReactionsAsync()).ShouldBe(["101 Refused", "102 Refused", "103 Done", "104 Refused"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_program_is_refused_without_a_question_even_if_it_may_push()
    {
        await using var stage = await CommandStage.SetAsync();

        await stage.SayAsync(stage.Comment("/gradient run digits") with { IsPerson = false });

        stage.GitHub.PermissionsAsked.ShouldBe(0);
        (await stage.ReactionsAsync()).ShouldBe(["101 Refused"]);
        (await stage.Forge.RunsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Our_own_comment_asks_for_nothing_whoever_it_is_written_as()
    {
        await using var stage = await CommandStage.SetAsync();

        var note = await stage.SayAsync("<!-- gradientci 7 digits-000000 -->\n### GradientCI\n/gradient run digits");

        note.ShouldBe("The comment asks for nothing.");
        (stage.GitHub.PermissionsAsked, (await stage.ReactionsAsync()).Length).ShouldBe((0, 0));
    }

    [Fact(Timeout = Patience)]
    public async Task What_the_forge_does_not_say_now_is_asked_again()
    {
        await using var stage = await CommandStage.SetAsync();
        stage.GitHub.Problem = new ForgeException(ForgeProblem.Unavailable, "GitHub failed.");
        var comment = stage.Comment("/gradient run digits");

        (await Should.ThrowAsync<GradientException>(() => stage.SayAsync(comment))).Message.ShouldBe("It is not known what ada may do in ada/digits: GitHub failed.");
        stage.GitHub.Problem = null;
        await stage.SayAsync(comment);

        (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
    }

    [Fact(Timeout = Patience)]
    public async Task A_mistake_among_commands_confuses_and_the_others_are_done()
    {
        await using var stage = await CommandStage.SetAsync();

        await stage.SayAsync("/gradient rnu\n/gradient run digits");

        (await stage.ReactionsAsync()).ShouldBe(["101 Confused"]);
        (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
        (await stage.ToldAsync()).Select(each => each.Outcome).ShouldBe([CommandOutcome.Mistaken, CommandOutcome.Done]);
    }

    [Fact(Timeout = Patience)]
    public async Task Beyond_the_hours_number_even_those_who_may_push_are_left_alone()
    {
        await using var stage = await CommandStage.SetAsync();
        for (var at = 0; at < CommandDesk.MostCommands; at++)
        {
            await stage.SayAsync("/gradient help");
        }

        (await stage.SayAsync("/gradient run digits")).ShouldBe("More than 200 commands in an hour were written in ada/digits, so this one is left alone.");
        stage.Clock.Advance(TimeSpan.FromHours(2));
        await stage.SayAsync("/gradient run digits");

        (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_is_asked_for_again_and_its_checks_are_shown_again()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.SayAsync("/gradient run digits");
        var run = (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
        await stage.EndAsync(run.Id, TrialState.Failed);

        (await stage.Desk.RerequestAsync(stage.Forge.Repository, new RemoteRerequest(run.Commit.Sha, "words#1", "ada"), stage.Forge.Heard, default)).ShouldBe($"Nothing has run at {run.Commit.Sha.Short}.");
        (await stage.Desk.RerequestAsync(stage.Forge.Repository, new RemoteRerequest(run.Commit.Sha, "digits#1", "ada"), stage.Forge.Heard, default)).ShouldBe("digits#1 is taken up again.");
        (await stage.Desk.RerequestAsync(stage.Forge.Repository, new RemoteRerequest(run.Commit.Sha, null, "ada"), stage.Forge.Heard, default)).ShouldBe("digits#1 has not ended yet.");

        (await stage.Forge.RunsAsync()).ShouldHaveSingleItem().State.ShouldBe(RunState.Queued);
        (await stage.Forge.Store.ListTrialsAsync(run.Id, default)).ShouldHaveSingleItem().State.ShouldBe(TrialState.Queued);
        var entry = (await stage.Forge.Store.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 9, default)).Single(each => each.Action == AuditAction.Retried);
        (entry.Who, entry.Subject, entry.Detail).ShouldBe(("ada", AuditEntry.SubjectOf(run.Id), "ada/digits, Re-run at a check"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_check_run_that_was_asked_for_again_is_posted_again_though_nothing_is_to_be_tried()
    {
        await using var stage = await CommandStage.SetAsync();
        await stage.SayAsync("/gradient run digits");
        var run = (await stage.Forge.RunsAsync()).ShouldHaveSingleItem();
        await stage.EndAsync(run.Id, TrialState.Succeeded);
        var answers = stage.Forge.Store;
        await answers.RecordPostedAsync((await answers.FindAnswerAsync(run.Id.Project, "reaction 101", default))!, null, default);
        var commit = (await answers.ListCommitsToAnswerAsync(10, default)).Single(each => each.Sha == run.Commit.Sha);
        var lane = $"check {run.Commit.Sha} gradientci/digits";
        await answers.SetAnswersAsync(commit, [new WantedAnswer(lane, "{}")], stage.Clock.GetUtcNow(), default);
        await answers.RecordPostedAsync((await answers.FindAnswerAsync(run.Id.Project, lane, default))!, 5, default);

        var note = await stage.Desk.RerequestAsync(stage.Forge.Repository, new RemoteRerequest(run.Commit.Sha, "digits#1", "ada"), stage.Forge.Heard, default);

        note.ShouldBe("digits#1 has nothing to try again: it succeeded.");
        (await answers.ListDueAnswersAsync(stage.Clock.GetUtcNow().AddDays(1), 10, default)).ShouldHaveSingleItem().Lane.ShouldBe(lane);
    }
}
