using System.Net;
using System.Xml.Linq;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Portal;
using GradientCI.Webhook.Tests.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Tests.Portal;

public sealed class PortalTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private readonly List<WebApplication> _services = [];
    private AnswerStage _stage = null!;
    private Run _run = null!;

    public async Task InitializeAsync()
    {
        _stage = await AnswerStage.SetAsync(publicUrl: new Uri("https://ci.example.org"));
        _run = await _stage.EndedRunAsync(0.95);
    }

    public async Task DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        await _stage.DisposeAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_signed_link_shows_the_report_with_a_strict_policy()
    {
        using var client = await ServeAsync(trustsLoopback: false);

        using var answer = await client.GetAsync(Path(_stage.Links!.Page(_run.Id)));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("<h1>digits#1 ");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        Header(answer, "Content-Security-Policy").ShouldStartWith("default-src 'none'; style-src 'sha256-");
        Header(answer, "Content-Security-Policy").ShouldEndWith("frame-ancestors 'none'");
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(answer, "Referrer-Policy").ShouldBe("no-referrer");
        Header(answer, "Cache-Control").ShouldBe("no-store");
    }

    [Fact(Timeout = Patience)]
    public async Task The_charts_of_a_comment_are_pictures_that_stand_alone()
    {
        using var client = await ServeAsync(trustsLoopback: false);
        var report = (await StoredReports.MakeAsync(_stage.Store, new ReportQuery(_run.Id), default))!;

        foreach (var chart in _stage.Links!.Of(report).Charts)
        {
            using var answer = await client.GetAsync(Path(chart.Url));

            answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/svg+xml");
            Header(answer, "Content-Security-Policy").ShouldContain("sandbox");
            var picture = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
            picture.Name.LocalName.ShouldBe("svg");
            picture.Elements().First().Value.ShouldContain(".curve {");
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Without_its_own_signature_nothing_is_there()
    {
        using var client = await ServeAsync(trustsLoopback: false);
        var page = Path(_stage.Links!.Page(_run.Id));
        var other = Path(_stage.Links.Page(_run.Id with { Number = 2 }));
        string[] addresses =
        [
            "/", page.Split('?')[0], page[..^1], page + "x", page.Split("sig=")[0] + "sig=", $"{page.Split('?')[0]}?{other.Split('?')[1]}", other,
            page.Replace("/digits/1?", "/digits/1/charts/1.svg?", StringComparison.Ordinal),
            page.Replace("/digits/1?", "/..%2fdigits/1?", StringComparison.Ordinal), "/runs/digits-3fa2c1/a%20b/1?sig=1", "/runs/a%0Ab/c/99999999999?sig=1",
        ];
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in addresses)
        {
            using var answer = await client.GetAsync(address);

            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
            texts.Add(await answer.Content.ReadAsStringAsync());
        }

        texts.ShouldBe(["There is nothing here.\n"]);
    }

    [Fact(Timeout = Patience)]
    public async Task This_machine_may_look_without_a_signature_where_that_is_safe()
    {
        using var client = await ServeAsync(trustsLoopback: true);

        (await client.GetStringAsync("/")).ShouldContain("""<a href="./runs/digits-3fa2c1/digits/1?sig=""");
        (await client.GetStringAsync("/runs/digits-3fa2c1/digits/1")).ShouldContain("digits#1");
    }

    [Theory(Timeout = Patience)]
    [InlineData("Host", "evil.example.org")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    [InlineData("Forwarded", "for=10.0.0.1")]
    public async Task A_request_that_only_seems_to_come_from_this_machine_needs_a_signature(string header, string value)
    {
        using var client = await ServeAsync(trustsLoopback: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add(header, value);

        using var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact(Timeout = Patience)]
    public async Task Nothing_can_be_changed_from_a_page()
    {
        using var client = await ServeAsync(trustsLoopback: true);

        using var answer = await client.PostAsync("/", null);

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact(Timeout = Patience)]
    public async Task A_project_is_shown_by_its_name_and_not_by_its_id()
    {
        await _stage.Store.SetProjectAsync(_run.Id.Project, new ProjectChange { Title = "ada/<b>digits" }, StoreSamples.Ada, default);
        using var client = await ServeAsync(trustsLoopback: true);

        (await client.GetStringAsync("/")).ShouldContain("<td>ada/&lt;b&gt;digits</td>");
        (await client.GetStringAsync("/runs/digits-3fa2c1/digits/1")).ShouldContain("<p class=\"path\">ada/&lt;b&gt;digits</p>");
    }

    [Fact(Timeout = Patience)]
    public async Task The_list_shows_the_newest_runs_and_escapes_what_they_say()
    {
        var hostile = StoreSamples.Run("words");
        await _stage.Store.CreateRunAsync(hostile with { Commit = hostile.Commit with { Message = "<script>alert(1)</script>" } }, null, default);
        using var client = await ServeAsync(trustsLoopback: true);

        var page = await client.GetStringAsync(Path(_stage.Links!.Home));

        page.IndexOf("words#1", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("digits#1", StringComparison.Ordinal));
        page.ShouldNotContain("<script");
    }

    private async Task<HttpClient> ServeAsync(bool trustsLoopback)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = builder.Build();
        _services.Add(service);
        PortalRoutes.Map(service, new RunPages(_stage.Store, _stage.Links!.Key), trustsLoopback);
        await service.StartAsync();
        return new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };
    }

    private static string Path(string address) => new Uri(address).PathAndQuery;

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
