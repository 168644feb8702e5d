using System.Net;
using GradientCI.Experiments;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Tests.Ports;

public sealed class PortAccessTests
{
    private const int Patience = 60_000;

    [Fact(Timeout = Patience)]
    public async Task Without_its_own_key_nothing_is_there()
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"));
        var key = stage.Path.Split('/')[^2];
        var other = new Uri(stage.Links.Of(stage.TrialPort with { Number = 6007 })).AbsolutePath;
        string[] paths =
        [
            stage.Path.Replace(key, "", StringComparison.Ordinal),
            stage.Path.Replace(key, key[..^1], StringComparison.Ordinal),
            stage.Path.Replace(key, key.ToUpperInvariant(), StringComparison.Ordinal),
            stage.Path.Replace("/ports/6006/", "/ports/6007/", StringComparison.Ordinal),
            stage.Path.Replace("/ports/6006/", "/ports/06006/", StringComparison.Ordinal),
            stage.Path.Replace("/trials/1/", "/trials/2/", StringComparison.Ordinal),
            stage.Path.Replace("/digits-3fa2c1/", "/other-3fa2c1/", StringComparison.Ordinal),
            $"{stage.Path.Split(key)[0]}x/",
            $"{stage.Path.Split("/ports/")[0]}/ports/6006/?sig={key}",
        ];

        foreach (var path in paths)
        {
            using var answer = await stage.Client.GetAsync(path);

            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
            (await answer.Content.ReadAsStringAsync()).ShouldBeOneOf("", "There is nothing here.\n");
        }

        stage.Asked.ShouldBeEmpty();
        using var undeclared = await stage.Client.GetAsync(other);
        (await undeclared.Content.ReadAsStringAsync()).ShouldBe("The manifest of digits#1 does not declare port 6007.\n");
        undeclared.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact(Timeout = Patience)]
    public async Task A_trial_has_ports_while_it_runs_and_no_longer()
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"));
        var waiting = new Uri(stage.Links.Of(new TrialPort(new TrialId(stage.Run.Id, 2), PortStage.Port))).AbsolutePath;
        (await stage.Client.GetStringAsync(stage.Path)).ShouldBe("inside");

        using var before = await stage.Client.GetAsync(waiting);
        await stage.Store.EndAsync(stage.Attempt);
        using var after = await stage.Client.GetAsync(stage.Path);

        before.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await before.Content.ReadAsStringAsync()).ShouldBe("The trial digits#1.2 is queued; its ports are there while it runs.\n");
        after.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await after.Content.ReadAsStringAsync()).ShouldBe("The trial digits#1.1 is succeeded; its ports are there while it runs.\n");
    }

    [Fact(Timeout = Patience)]
    public async Task What_says_who_somebody_is_never_reaches_the_trial()
    {
        IHeaderDictionary? heard = null;
        await using var stage = await PortStage.SetAsync(context =>
        {
            heard = new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase));
            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, stage.Path) { Content = new StringContent("{}") };
        (string Name, string Value)[] sent =
        [
            ("Cookie", "session=1"), ("Authorization", "Bearer gci_secret"), ("Proxy-Authorization", "Basic eDp5"), ("X-Forwarded-For", "10.0.0.1"),
            ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/evil"), ("Forwarded", "for=10.0.0.1"), ("X-Real-IP", "10.0.0.1"),
            ("X-Auth-Request-Email", "ada@example.org"), ("Cf-Access-Jwt-Assertion", "ey"), ("Referer", "https://ci.example.org/runs/a/b/1?sig=x"),
            ("Origin", "https://evil.example"), ("Connection", "X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "1"), ("TE", "trailers"), ("Via", "1.1 a"),
            ("Accept", "text/html"), ("If-None-Match", "\"1\""), ("Last-Event-ID", "7"),
        ];
        foreach (var (name, value) in sent)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        using var answer = await stage.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        heard!.Keys.ShouldBe(
            ["Accept", "Content-Length", "Content-Type", "Host", "If-None-Match", "Last-Event-ID", "Origin", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Proto"],
            ignoreOrder: true);
        heard.Origin.ToString().ShouldBe("http://localhost:6006");
        heard["X-Forwarded-Host"].ToString().ShouldBe("ci.example.org");
        heard["X-Forwarded-Proto"].ToString().ShouldBe("https");
        heard["X-Forwarded-Prefix"].ToString().ShouldBe(stage.Path.TrimEnd('/'));
    }

    [Fact(Timeout = Patience)]
    public async Task What_means_more_than_its_one_answer_never_leaves_the_trial()
    {
        string[] hostile =
        [
            "Set-Cookie", "Clear-Site-Data", "Strict-Transport-Security", "Alt-Svc", "NEL", "Report-To", "Reporting-Endpoints", "Service-Worker-Allowed",
            "WWW-Authenticate", "X-Accel-Redirect", "X-Sendfile", "Refresh", "Access-Control-Allow-Credentials", "Origin-Agent-Cluster", "Accept-CH", "Server",
        ];
        await using var stage = await PortStage.SetAsync(context =>
        {
            foreach (var name in hostile)
            {
                context.Response.Headers[name] = "x";
            }

            context.Response.Headers.CacheControl = "public, max-age=1000000";
            context.Response.Headers.AccessControlAllowOrigin = "https://evil.example";
            context.Response.Headers.ContentSecurityPolicy = new StringValues(["default-src 'self'", "sandbox allow-same-origin allow-scripts"]);
            context.Response.Headers["Referrer-Policy"] = "unsafe-url";
            context.Response.Headers.ETag = "\"1\"";
            return context.Response.WriteAsync("<script>");
        });

        using var answer = await stage.Client.GetAsync(stage.Path);

        var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        headers.Keys.Intersect(hostile, StringComparer.OrdinalIgnoreCase).ShouldBeEmpty();
        headers["Content-Security-Policy"].ShouldContain(SandboxFacade.Policy);
        headers["Content-Security-Policy"].ShouldContain("default-src 'self'");
        SandboxFacade.Policy.ShouldNotContain("same-origin");
        headers["Cache-Control"].ShouldBe(["no-store"]);
        headers["Referrer-Policy"].ShouldBe(["no-referrer"]);
        headers["Access-Control-Allow-Origin"].ShouldBe(["*"]);
        headers["ETag"].ShouldBe(["\"1\""]);
    }

    [Theory(Timeout = Patience)]
    [InlineData("/login?next=/", "{0}login?next=/")]
    [InlineData("http://localhost:6006/login", "{0}login")]
    [InlineData("login", "login")]
    [InlineData("{0}login", "{0}login")]
    [InlineData("https://elsewhere.example/", "https://elsewhere.example/")]
    public async Task A_redirect_of_a_server_that_knows_no_prefix_stays_below_it(string location, string expected)
    {
        PortStage? stage = null;
        stage = await PortStage.SetAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = location.Replace("{0}", stage!.Path, StringComparison.Ordinal);
            return Task.CompletedTask;
        });
        await using var owned = stage;

        using var answer = await stage.Client.GetAsync(stage.Path);

        answer.Headers.Location!.OriginalString.ShouldBe(expected.Replace("{0}", stage.Path, StringComparison.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task An_address_without_its_last_slash_leads_to_it()
    {
        await using var stage = await PortStage.SetAsync();

        using var answer = await stage.Client.GetAsync(stage.Path.TrimEnd('/') + "?x=1");

        answer.StatusCode.ShouldBe(HttpStatusCode.PermanentRedirect);
        answer.Headers.Location!.OriginalString.ShouldBe(stage.Path + "?x=1");
    }

    [Fact(Timeout = Patience)]
    public async Task A_page_in_the_sandbox_may_call_its_own_trial()
    {
        await using var stage = await PortStage.SetAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, stage.Path);
        request.Headers.Add("Origin", "null");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        using var answer = await stage.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Access-Control-Allow-Headers").ShouldBe(["*"]);
        stage.Asked.ShouldBeEmpty();
    }
}
