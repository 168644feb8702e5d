using GradientCI.Runner;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Notices;
using GradientCI.Webhook.Tests.Intake;

namespace GradientCI.Webhook.Tests.BareGit;

public sealed class PushOutboxTests : IDisposable
{
    private const int Patience = 60_000;
    private const string CloneUrl = "https://git.example.org/digits.git";
    private const string Update = "0000000000000000000000000000000000000000 1111111111111111111111111111111111111111 refs/heads/main";
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = WebhookChannel.NewClient();

    private DataFolder Spool => new(_folder.Path);

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task A_push_that_the_service_has_taken_is_durable_there_and_gone_here()
    {
        await using var stage = await IntakeStage.SetAsync();
        Push("one");
        Push("two");

        (await Outbox(stage.Address).SendAsync(default)).ShouldBe((2, null));

        var kept = await stage.Store.ListDueDeliveriesAsync(stage.Time.GetUtcNow().AddDays(1), [], 9, default);
        kept.Select(delivery => delivery.Event).ShouldBe(["git_push", "git_push"]);
        var message = PushMessage.Parse(kept[0].Body.Span)!;
        (message.CloneUrl, message.Refs().Single().Ref).ShouldBe((CloneUrl, "refs/heads/main"));
        Directory.GetFiles(Spool.Inbox, "*.push").ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_push_that_cannot_be_told_is_kept_and_sent_once_with_the_next()
    {
        Push("one");
        var (sent, problem) = await Outbox(new Uri("http://127.0.0.1:9")).SendAsync(default);
        (sent, problem).ShouldBe((0, "127.0.0.1 could not be reached (ConnectionError)."));

        await using var stage = await IntakeStage.SetAsync();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Spool.Inbox, "one.push"));
        await Outbox(stage.Address).SendAsync(default);

        // As if we had died before the file was removed.
        await File.WriteAllBytesAsync(Path.Combine(Spool.Inbox, "one.push"), bytes);
        (await Outbox(stage.Address).SendAsync(default)).ShouldBe((1, null));
        (await stage.CountAsync()).ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_secret_that_the_service_does_not_know_is_said_and_nothing_is_lost()
    {
        await using var stage = await IntakeStage.SetAsync();
        Push("one");

        (await Outbox(stage.Address, "another secret than theirs").SendAsync(default)).Problem!.ShouldContain("does not know the secret in ");

        File.Exists(Path.Combine(Spool.Inbox, "one.push")).ShouldBeTrue();
        (await stage.CountAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"clone_url": 7}""")]
    public void What_no_hook_of_ours_sends_is_no_message(string json) => PushMessage.Parse(System.Text.Encoding.UTF8.GetBytes(json)).ShouldBeNull();

    [Fact]
    public void Refs_that_git_would_not_have_are_left_out()
    {
        new PushMessage(CloneUrl, [Update, "x y z", $"{Update}/../../x", Update.Replace("main", "-x y")]).Refs().Length.ShouldBe(1);
        PushMessage.Parse("""{"clone_url": "x"}"""u8)!.Refs().ShouldBeEmpty();
    }

    private void Push(string name)
    {
        Directory.CreateDirectory(Spool.Inbox);
        File.WriteAllText(Path.Combine(Spool.Inbox, $"{name}.push"), $"gradientci push 1\nrepository /srv/digits.git\n\n{Update}\nend\n");
    }

    private PushOutbox Outbox(Uri server, string secret = IntakeStage.HookSecret) =>
        new(Spool, new RemoteService(server, _folder.Write("secret", secret), CloneUrl), _http, TimeProvider.System);
}
