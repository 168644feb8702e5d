using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Notices;

namespace GradientCI.Webhook.Tests.Notices;

public sealed class MailChannelTests
{
    private const int Patience = 60_000;
    private static readonly Notice Notice = new(
        42,
        "mail",
        new RunNotice
        {
            Sentence = "digits#12 of ada/digits failed: acc 0.91", Project = "ada/digits", Run = "digits#12", Result = "failed", Sha = new string('a', 40),
            Ref = "main", Subject = "Try a larger step", Url = "https://ci.example.org/runs/digits-3fa2c1/digits/12?sig=x",
        }.ToJson(),
        StoreSamples.Noon,
        0);

    [Fact(Timeout = Patience)]
    public async Task A_mail_says_the_sentence_the_commit_and_the_link()
    {
        using var server = new FakeMailServer();

        await Channel(server).SendAsync(Notice, CancellationToken.None);

        var lines = await server.Heard;
        lines.ShouldContain("MAIL FROM:<gradientci@example.org>");
        lines.ShouldContain("RCPT TO:<ada@example.org>");
        lines.ShouldContain("RCPT TO:<bob@example.org>");
        var text = string.Join('\n', lines);
        text.ShouldContain("Auto-Submitted: auto-generated");
        text.ShouldContain("digits#12 of ada/digits failed: acc 0.91");
    }

    [Fact]
    public void The_text_is_short_and_plain()
    {
        using var message = new MailChannel(Options(25), new ManualTimeProvider()).Write(RunNotice.Parse(Notice.Json), 42);

        message.IsBodyHtml.ShouldBeFalse();
        message.Subject.ShouldBe("digits#12 of ada/digits failed: acc 0.91");
        message.Body.ShouldBe("""
            digits#12 of ada/digits failed: acc 0.91

            Commit aaaaaaaaaa on main: Try a larger step

            https://ci.example.org/runs/digits-3fa2c1/digits/12?sig=x

            """);
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_refuses_has_not_taken_it()
    {
        using var server = new FakeMailServer(answerToMail: "550 Not from you, s3cret");

        var refusal = await Should.ThrowAsync<NoticeException>(() => Channel(server).SendAsync(Notice, CancellationToken.None));

        refusal.Message.ShouldBe("127.0.0.1 did not take a mail: MailboxUnavailable.");
    }

    private static NoticeMail Options(int port) =>
        new("127.0.0.1", port, "gradientci@example.org", ["ada@example.org", "bob@example.org"]) { UsesTls = false };

    private static MailChannel Channel(FakeMailServer server) => new(Options(server.Port), TimeProvider.System);
}
