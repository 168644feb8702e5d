using System.Text;
using GradientCI.Testing;
using GradientCI.Webhook.Notices;
using Microsoft.Extensions.Configuration;

namespace GradientCI.Webhook.Tests.Notices;

public sealed class NoticeOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nobody_is_told_unless_somebody_is_named()
    {
        var (options, problems) = Read("{}");

        problems.ShouldBeEmpty();
        options.Webhooks.ShouldBeEmpty();
        options.Mail.ShouldBeNull();
    }

    [Fact]
    public void Webhooks_and_mail_are_read_with_their_secrets()
    {
        var secret = _folder.Write("secret", "0123456789abcdef\n");

        var (options, problems) = Read($$"""
            { "Notifications": {
                "Webhooks": [{ "Url": "https://chat.example.org/x", "SecretFile": "{{secret}}", "On": "failed" }, { "Url": "http://127.0.0.1:9000/" }],
                "Mail": { "Host": "smtp.example.org", "From": "ci@example.org", "To": ["ada@example.org"], "User": "ci", "PasswordFile": "{{secret}}" } } }
            """);

        problems.ShouldBeEmpty();
        options.Webhooks.ShouldBe(
        [
            new NoticeWebhook(new Uri("https://chat.example.org/x"), "0123456789abcdef") { IsForBadNewsOnly = true },
            new NoticeWebhook(new Uri("http://127.0.0.1:9000/"), null),
        ]);
        var mail = options.Mail!;
        (mail.Host, mail.Port, mail.From, mail.User, mail.Password, mail.UsesTls).ShouldBe(("smtp.example.org", 587, "ci@example.org", "ci", "0123456789abcdef", true));
        mail.To.ShouldBe(["ada@example.org"]);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_and_no_secret_with_it()
    {
        var (_, problems) = Read("""
            { "Notifications": {
                "Webhooks": [{ "Url": "ftp://x" }, { "Url": "http://chat.example.org/" }, { "Url": "https://x/", "Secret": "tooshort", "On": "never" }],
                "Mail": { "From": "nobody", "Port": "many", "User": "ci", "Tls": "false", "PasswordFile": "/nowhere/password" } } }
            """);

        problems.Count.ShouldBe(9, string.Join('\n', problems));
        problems.ShouldAllBe(problem => problem.StartsWith("Notifications: ", StringComparison.Ordinal) && !problem.Contains("tooshort"));
    }

    [Fact]
    public void Http_is_taken_for_another_machine_when_that_is_said()
    {
        Read("""{ "Notifications": { "Webhooks": [{ "Url": "http://10.0.0.7/hook", "AllowHttp": true }] } }""").Problems.ShouldBeEmpty();
    }

    private static (NoticeOptions Options, List<string> Problems) Read(string json)
    {
        var problems = new List<string>();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return (NoticeOptions.Read(new ConfigurationBuilder().AddJsonStream(stream).Build(), problems), problems);
    }
}
