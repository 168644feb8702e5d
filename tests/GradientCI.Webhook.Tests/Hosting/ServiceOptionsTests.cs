using GradientCI.Testing;
using GradientCI.Webhook.Hosting;

namespace GradientCI.Webhook.Tests.Hosting;

public sealed class ServiceOptionsTests : IDisposable
{
    private const string Secret = "0123456789abcdef0123";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_more_than_a_secret_it_listens_at_the_loopback_address_alone()
    {
        var (options, problems) = Read($$"""{"WebhookSecrets": ["{{Secret}}"]}""");

        problems.ShouldBeEmpty();
        options.Urls.ShouldBe(["http://127.0.0.1:8080"]);
        options.WebhookSecrets.ShouldBe([Secret]);
        options.PublicUrl.ShouldBeNull();
    }

    [Fact]
    public void Nothing_is_deleted_or_backed_up_unless_somebody_says_so()
    {
        var (options, problems) = Read($$"""{"WebhookSecrets": ["{{Secret}}"]}""");

        problems.ShouldBeEmpty();
        (options.Upkeep.KeepRuns, options.Upkeep.BackupFolder).ShouldBe((null, null));
        (options.Upkeep.KeepImagesFor, options.Upkeep.ImageRoom).ShouldBe((null, null));
    }

    [Fact]
    public void Retention_and_backups_say_how_much_stays_and_when()
    {
        var (options, problems) = Read($$"""
            {
              "WebhookSecrets": ["{{Secret}}"],
              "Retention": { "Keep": 20, "Days": 30, "Schedule": "0 5 * * 0", "ImageDays": 30, "ImageFreeGiB": 50 },
              "Backup": { "Folder": "/backup/gradientci/" }
            }
            """);

        problems.ShouldBeEmpty();
        (options.Upkeep.KeepRuns, options.Upkeep.KeepRunsFor, options.Upkeep.DeleteAt.Text).ShouldBe((20, TimeSpan.FromDays(30), "0 5 * * 0"));
        (options.Upkeep.KeepImagesFor, options.Upkeep.ImageRoom).ShouldBe((TimeSpan.FromDays(30), 50L << 30));
        (options.Upkeep.BackupFolder, options.Upkeep.KeepBackups, options.Upkeep.BackUpAt.Text).ShouldBe(("/backup/gradientci/", 7, "0 3 * * *"));
    }

    [Fact]
    public void How_often_it_looks_is_as_documented_until_somebody_says_otherwise()
    {
        var (usual, _) = Read($$"""{"WebhookSecrets": ["{{Secret}}"]}""");
        var (options, problems) = Read($$"""
            {
              "WebhookSecrets": ["{{Secret}}"],
              "Pace": { "RefsMinutes": 15, "RedeliveriesMinutes": 120, "SchedulesMinutes": 1, "DeliveriesAtOnce": 8, "DeliveriesDays": 30 }
            }
            """);

        problems.ShouldBeEmpty();
        usual.Pace.ShouldBe(new PaceOptions());
        options.Pace.ShouldBe(new PaceOptions
        {
            BetweenLooks = TimeSpan.FromMinutes(15), BetweenRedeliveries = TimeSpan.FromHours(2), BetweenSchedules = TimeSpan.FromMinutes(1),
            DeliveriesAtOnce = 8, DeliveriesKept = TimeSpan.FromDays(30),
        });
    }

    [Theory]
    [InlineData("Retention:Keep", "0")]
    [InlineData("Retention:Days", "many")]
    [InlineData("Retention:ImageFreeGiB", "50GiB")]
    [InlineData("Retention:Schedule", "0 0 30 2 *")]
    [InlineData("Backup:Keep", "-1")]
    [InlineData("Backup:Schedule", "daily")]
    [InlineData("Backup:Folder", "backups")]
    [InlineData("Pace:RefsMinutes", "0")]
    [InlineData("Pace:RedeliveriesMinutes", "1441")]
    [InlineData("Pace:SchedulesMinutes", "often")]
    [InlineData("Pace:DeliveriesAtOnce", "33")]
    [InlineData("Pace:DeliveriesDays", "3")]
    public void What_is_wrong_with_upkeep_or_pace_is_named(string name, string value)
    {
        var (_, problems) = Read($$"""{"WebhookSecrets": ["{{Secret}}"]}""", new Dictionary<string, string?> { [name] = value });

        problems.ShouldHaveSingleItem().ShouldStartWith($"{name} is '{value}'");
    }

    [Fact]
    public void Secrets_come_from_the_settings_and_from_files_together()
    {
        var file = _folder.Write("secret", $"{Secret}-from-a-file\n");

        var (options, problems) = Read($$"""{"WebhookSecrets": ["{{Secret}}"], "WebhookSecretFiles": ["{{file}}"]}""");

        problems.ShouldBeEmpty();
        options.WebhookSecrets.ShouldBe([Secret, $"{Secret}-from-a-file"]);
    }

    [Fact]
    public void What_was_typed_wins()
    {
        var (options, problems) = Read(
            $$"""{"WebhookSecrets": ["{{Secret}}"], "Urls": ["http://127.0.0.1:1"]}""",
            new Dictionary<string, string?> { ["Urls"] = "http://0.0.0.0:80;http://[::1]:80", ["PublicUrl"] = "https://ci.example.org/gradient/" });

        problems.ShouldBeEmpty();
        options.Urls.ShouldBe(["http://0.0.0.0:80", "http://[::1]:80"]);
        options.PublicUrl.ShouldBe("https://ci.example.org/gradient");
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_and_no_secret_with_it()
    {
        var (_, problems) = Read("""
            {
              "Urls": ["https://127.0.0.1:8443", "nonsense", "http://ci.example.org:80"],
              "WebhookSecrets": ["tooshort"],
              "WebhookSecretFiles": ["/nowhere/secret"],
              "PublicUrl": "ftp://ci.example.org"
            }
            """);

        problems.Count.ShouldBe(6);
        problems.ShouldContain(problem => problem.StartsWith("Urls has 'https://127.0.0.1:8443'"));
        problems.ShouldContain(problem => problem.StartsWith("Urls has 'nonsense'"));
        problems.ShouldContain(problem => problem.StartsWith("Urls has 'http://ci.example.org:80'"));
        problems.ShouldContain(problem => problem.Contains("fewer than 16 characters"));
        problems.ShouldContain(problem => problem.Contains("/nowhere/secret"));
        problems.ShouldContain(problem => problem.StartsWith("PublicUrl is 'ftp://ci.example.org'"));
        problems.ShouldAllBe(problem => !problem.Contains("tooshort"));
    }

    [Theory]
    [InlineData("https://*.ports.example.org", "ports.example.org", "https://a.ports.example.org/")]
    [InlineData("https://*.Ports.Example.org:8443/", "ports.example.org", "https://a.ports.example.org:8443/")]
    [InlineData("http://*.localhost:8080", "localhost", "http://a.localhost:8080/")]
    public void Ports_have_hosts_of_their_own_where_the_operator_names_a_domain(string text, string domain, string host)
    {
        var (options, problems) = Read($$"""{"WebhookSecrets": ["{{Secret}}"], "PortsUrl": "{{text}}", "PublicUrl": "https://example.org"}""");

        problems.ShouldBeEmpty();
        options.PortsUrl.ShouldNotBeNull().Domain.ShouldBe(domain);
        options.PortsUrl.Of("a").AbsoluteUri.ShouldBe(host);
    }

    [Theory]
    [InlineData("https://ports.example.org")]
    [InlineData("*.ports.example.org")]
    [InlineData("ftp://*.ports.example.org")]
    [InlineData("https://*.ports.example.org/path")]
    [InlineData("https://ada@*.ports.example.org")]
    [InlineData("https://*.ports.example.org?x")]
    [InlineData("https://*.*.example.org")]
    [InlineData("https://*.")]
    [InlineData("https://*.127.0.0.1")]
    [InlineData("https://*.[::1]")]
    [InlineData("https://*.example.org.")]
    [InlineData("https://x.*.example.org")]
    [InlineData("https://*.example.org", "covers PublicUrl")]
    public void A_domain_that_ports_cannot_have_is_refused(string text, string problem = "below which there can be no hosts") =>
        Read($$"""{"WebhookSecrets": ["{{Secret}}"], "PortsUrl": "{{text}}", "PublicUrl": "https://ci.example.org"}""").Problems
            .ShouldHaveSingleItem().ShouldContain(problem);

    [Fact]
    public void Without_a_secret_there_are_no_options_to_start_with() =>
        Read("{}").Problems.ShouldHaveSingleItem().ShouldStartWith("There is no webhook secret");

    [Fact]
    public void Without_GitHub_nothing_is_delivered_and_so_needs_no_secret() =>
        Read("""{ "WithoutGitHub": true }""").Problems.ShouldBeEmpty();

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    public void Settings_that_are_no_json_are_refused_with_the_files_name(string text)
    {
        Should.Throw<GradientException>(() => Read(text)).Message.ShouldStartWith($"The settings {_folder["appsettings.json"]} could not be read: ");
    }

    [Fact]
    public void Settings_that_were_named_must_be_there()
    {
        Should.Throw<GradientException>(() => ServiceSettings.Load(_folder["none.json"], isOptional: false, new Dictionary<string, string?>()))
            .Message.ShouldBe($"The settings {_folder["none.json"]} could not be read: it is not there.");
        ServiceSettings.Load(_folder["none.json"], isOptional: true, new Dictionary<string, string?>())["Urls"].ShouldBeNull();
    }

    private (ServiceOptions Options, List<string> Problems) Read(string json, Dictionary<string, string?>? flags = null)
    {
        var problems = new List<string>();
        var settings = ServiceSettings.Load(_folder.Write("appsettings.json", json), isOptional: false, flags ?? []);
        return (ServiceOptions.Read(settings, problems), problems);
    }
}
