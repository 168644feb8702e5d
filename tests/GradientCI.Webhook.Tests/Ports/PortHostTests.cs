using System.Net;
using System.Net.WebSockets;
using GradientCI.Experiments;
using GradientCI.Testing;
using GradientCI.Webhook.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Tests.Ports;

public sealed class PortHostTests
{
    private const int Patience = 60_000;
    private const string Url = "https://*.ports.example.org";

    [Fact(Timeout = Patience)]
    public async Task A_link_lets_a_browser_in_once_and_its_key_is_gone_from_the_address()
    {
        await using var stage = await PortStage.SetAsync(
            context => context.Response.WriteAsync($"{context.Features.Get<IHttpRequestFeature>()!.RawTarget} {context.Request.Host} {context.Request.Headers.Cookie}"), Url);

        using var entered = await stage.AskAsync(stage.Host, stage.Path + "lab/tree?x=%2F1");
        var cookie = entered.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        using var shown = await stage.AskAsync(stage.Host, "/lab/tree?x=%2F1", ("Cookie", $"theme=dark; {cookie.Split(';')[0]}; a=b=c"));

        stage.Links.Of(stage.TrialPort).ShouldStartWith("https://1-6006-");
        entered.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        entered.Headers.Location!.OriginalString.ShouldBe($"https://{stage.Host}/lab/tree?x=%2F1");
        entered.Headers.CacheControl!.NoStore.ShouldBeTrue();
        cookie.ShouldStartWith("__Host-gradientci-port=/runs/");
        cookie.ShouldEndWith("; Path=/; HttpOnly; SameSite=Lax; Secure");
        cookie.ShouldNotContain(stage.Path.Split('/')[^2]);
        (await shown.Content.ReadAsStringAsync()).ShouldBe("/lab/tree?x=%2F1 localhost:6006 theme=dark; a=b=c");
    }

    [Theory(Timeout = Patience)]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("?a=1", "/?a=1")]
    [InlineData("//evil.example/x", "//evil.example/x")]
    [InlineData("/\\evil.example", "/\\evil.example")]
    [InlineData("/%2F/evil.example", "/%2F/evil.example")]
    public async Task Whatever_follows_the_key_leads_to_the_same_host(string rest, string expected)
    {
        await using var stage = await PortStage.SetAsync(portsUrl: Url);

        using var entered = await stage.AskAsync(stage.Host, stage.Path.TrimEnd('/') + rest);

        entered.Headers.Location!.OriginalString.Replace('\\', '/').ShouldBe($"https://{stage.Host}{expected}".Replace('\\', '/'));
    }

    [Fact(Timeout = Patience)]
    public async Task A_pass_is_good_at_its_own_host_alone_and_is_no_key()
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"), Url);
        var pass = await stage.EnterAsync();
        var value = pass.Split('=')[1];
        var other = new Uri(stage.Links.Of(stage.TrialPort with { Number = 6007 })).Authority;
        var second = new Uri(stage.Links.Of(new TrialPort(new TrialId(stage.Run.Id, 2), PortStage.Port))).Authority;
        (string Host, string Path, string Cookie)[] refused =
        [
            (stage.Host, "/", ""), (stage.Host, "/", "__Host-gradientci-port="), (stage.Host, "/", pass[..^1]), (stage.Host, "/", pass + "/x"),
            (stage.Host, "/", pass.Replace("/trials/1/", "/trials/01/", StringComparison.Ordinal)), (stage.Host, "/", pass.Replace("/trials/1/", "/trials/2/", StringComparison.Ordinal)),
            (stage.Host, "/", $"__Host-gradientci-port={stage.Path.TrimEnd('/')}"), (stage.Host, "/", $"gradientci-port={value}"), (stage.Host, value, ""),
            (other, "/", pass), (second, "/", pass), (other, stage.Path, ""), ($"x.{stage.Host}", "/", pass), ("x.ports.example.org", "/", pass), ("x.ports.example.org", stage.Path, ""),
        ];

        foreach (var (host, path, cookie) in refused)
        {
            using var answer = await stage.AskAsync(host, path, [("Cookie", cookie)]);

            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{host} {path} {cookie}");
        }

        stage.Asked.ShouldBeEmpty();
        using var tossed = await stage.AskAsync(stage.Host, "/", ("Cookie", $"__Host-gradientci-port=/evil; {pass}"));
        using var written = await stage.AskAsync(stage.Host.ToUpperInvariant() + ":443", "/", ("Cookie", pass));
        (await tossed.Content.ReadAsStringAsync()).ShouldBe("inside");
        (await written.Content.ReadAsStringAsync()).ShouldBe("inside");
    }

    [Fact(Timeout = Patience)]
    public async Task There_is_nothing_of_the_service_at_these_hosts_and_nothing_of_trials_at_its_own()
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"), Url);
        var pass = await stage.EnterAsync();

        foreach (var path in (string[])["/healthz", "/readyz", "/nothing", "/HEALTHZ", "/%68ealthz"])
        {
            using var there = await stage.AskAsync(stage.Host, path, ("Cookie", pass));
            using var elsewhere = await stage.AskAsync("anything.ports.example.org", path);

            (await there.Content.ReadAsStringAsync()).ShouldBe("inside", path);
            elsewhere.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }

        using var health = await stage.AskAsync("ci.example.org", "/healthz", ("Cookie", pass));
        using var home = await stage.AskAsync("ci.example.org", "/nothing", ("Cookie", pass));
        using var dotted = await stage.AskAsync(stage.Host + ".", "/", ("Cookie", pass));
        (await health.Content.ReadAsStringAsync()).ShouldBe("live\n");
        home.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        dotted.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact(Timeout = Patience)]
    public async Task The_address_on_the_services_own_origin_leads_to_the_ports_host()
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"), Url);

        using var answer = await stage.AskAsync("ci.example.org", stage.Path + "x?y=1");
        using var wrong = await stage.AskAsync("ci.example.org", stage.Path[..^3] + "/");

        answer.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        answer.Headers.Location!.OriginalString.ShouldBe($"https://{stage.Host}{stage.Path}x?y=1");
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        wrong.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        stage.Asked.ShouldBeEmpty();
    }

    [Theory(Timeout = Patience)]
    [InlineData("same-origin", "https://HOST", "cors", "empty", true)]
    [InlineData("same-origin", "null", "no-cors", "empty", true)]
    [InlineData("none", "", "navigate", "document", true)]
    [InlineData("cross-site", "", "navigate", "document", true)]
    [InlineData("same-site", "", "navigate", "document", true)]
    [InlineData("", "", "", "", true)]
    [InlineData("", "https://HOST", "", "", true)]
    [InlineData("same-site", "", "navigate", "iframe", false)]
    [InlineData("same-site", "", "no-cors", "script", false)]
    [InlineData("same-site", "https://2-6006-0.ports.example.org", "cors", "empty", false)]
    [InlineData("cross-site", "https://evil.example", "navigate", "document", false)]
    [InlineData("", "https://2-6006-0.ports.example.org", "", "", false)]
    [InlineData("", "http://HOST", "", "", false)]
    [InlineData("", "null", "", "", false)]
    public async Task Pages_of_other_origins_cannot_ask_with_a_visitors_pass(string site, string origin, string mode, string destination, bool isAnswered)
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"), Url);
        (string Name, string Value)[] headers =
        [
            ("Cookie", await stage.EnterAsync()), ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination),
            ("Origin", origin.Replace("HOST", stage.Host, StringComparison.Ordinal)),
        ];

        using var answer = await stage.AskAsync(stage.Host, "/", headers.Where(header => header.Value.Length > 0));

        answer.StatusCode.ShouldBe(isAnswered ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        stage.Asked.Count.ShouldBe(isAnswered ? 1 : 0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_WebSocket_is_for_the_ports_own_pages()
    {
        await using var stage = await PortStage.SetAsync(
            async context =>
            {
                using var heard = await context.WebSockets.AcceptWebSocketAsync();
                await heard.CloseAsync(WebSocketCloseStatus.NormalClosure, context.Request.Headers.Origin, default);
            },
            Url);
        var pass = await stage.EnterAsync();

        (await OpenAsync($"https://{stage.Host}")).ShouldBe("http://localhost:6006");
        foreach (var origin in (string[])["https://2-6006-0.ports.example.org", "https://ci.example.org", "https://evil.example", "null", $"http://{stage.Host}", $"https://{stage.Host}.evil.example"])
        {
            (await Should.ThrowAsync<WebSocketException>(() => OpenAsync(origin), origin)).Message.ShouldContain("403");
        }

        async Task<string?> OpenAsync(string origin)
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Origin", origin);
            socket.Options.SetRequestHeader("Host", stage.Host);
            socket.Options.SetRequestHeader("Cookie", pass);
            await socket.ConnectAsync(new Uri($"ws://{stage.Client.BaseAddress!.Authority}/socket"), default);
            await socket.ReceiveAsync(new byte[100], default);
            return socket.CloseStatusDescription;
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_trials_cookies_are_for_its_own_host_and_none_takes_our_name()
    {
        await using var stage = await PortStage.SetAsync(
            context =>
            {
                context.Response.Headers.SetCookie = new StringValues(
                [
                    "_xsrf=2|a; expires=Fri, 01 Jan 2027 00:00:00 GMT; Path=/", "a=1; Domain=ports.example.org; Path=/x", "b=2;DOMAIN = example.org;HttpOnly", "c=3; domain",
                    "__Host-gradientci-port=x; Path=/; Secure", " gradientci-port = x", "Domain=kept; Domain=.org",
                ]);
                context.Response.Headers["Clear-Site-Data"] = "\"cookies\"";
                context.Response.Headers.StrictTransportSecurity = "max-age=1; includeSubDomains";
                context.Response.Headers.CacheControl = "public, max-age=1000000";
                context.Response.Headers.WWWAuthenticate = "Basic";
                context.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
                return Task.CompletedTask;
            },
            Url);

        using var answer = await stage.AskAsync(stage.Host, "/", ("Cookie", await stage.EnterAsync()));

        answer.Headers.GetValues("Set-Cookie").ShouldBe(
            ["_xsrf=2|a; expires=Fri, 01 Jan 2027 00:00:00 GMT; Path=/", "a=1; Path=/x", "b=2;HttpOnly", "c=3", "Domain=kept"]);
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'self'", "frame-ancestors 'self'"]);
        answer.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
        answer.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin-allow-popups"]);
        answer.Headers.GetValues("Origin-Agent-Cluster").ShouldBe(["?1"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        answer.Headers.Select(header => header.Key).Intersect(["Clear-Site-Data", "Strict-Transport-Security", "WWW-Authenticate", "Access-Control-Allow-Origin"]).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_trial_hears_what_its_own_pages_say_and_not_who_a_proxy_says_somebody_is()
    {
        HeaderDictionary? heard = null;
        await using var stage = await PortStage.SetAsync(
            context =>
            {
                heard = new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase));
                return Task.CompletedTask;
            },
            Url);
        var pass = await stage.EnterAsync();

        using var own = await stage.AskAsync(
            stage.Host, "/api", ("Cookie", pass), ("Referer", $"https://{stage.Host}/tree?a=1"), ("Origin", $"https://{stage.Host}"), ("X-XSRFToken", "2|a"),
            ("Authorization", "Basic eDp5"), ("X-Auth-Request-Email", "ada@example.org"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/evil"));
        var first = heard!;
        using var followed = await stage.AskAsync(stage.Host, "/", ("Cookie", pass), ("Referer", "https://ci.example.org/runs/a/b/1?sig=x"));

        first.Keys.ShouldBe(["Host", "Origin", "Referer", "X-Forwarded-Host", "X-Forwarded-Proto", "X-XSRFToken"], ignoreOrder: true);
        first["Referer"].ToString().ShouldBe("http://localhost:6006/tree?a=1");
        first["Origin"].ToString().ShouldBe("http://localhost:6006");
        first["X-Forwarded-Host"].ToString().ShouldBe(stage.Host);
        heard!.ContainsKey("Referer").ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task On_this_machine_alone_a_cookie_needs_no_TLS()
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"), "http://*.localhost:8080");

        using var entered = await stage.AskAsync(stage.Host, stage.Path);

        stage.Host.ShouldEndWith(".localhost:8080");
        entered.Headers.Location!.OriginalString.ShouldBe($"http://{stage.Host}/");
        entered.Headers.GetValues("Set-Cookie").Single().ShouldStartWith("gradientci-port=/runs/");
        entered.Headers.GetValues("Set-Cookie").Single().ShouldEndWith("; Path=/; HttpOnly; SameSite=Lax");
    }

    [BrowserFact(Timeout = 120_000)]
    public async Task In_a_browser_pages_have_cookies_and_storage_of_their_own()
    {
        const string Page = """
            <body><script>
              const say = text => document.body.append(text + '; ');
              const ask = (method, path) => { const call = new XMLHttpRequest(); call.open(method, path, false); call.send(); return call.responseText; };
              try { localStorage.setItem('a', 'kept'); document.cookie = 'theme=dark'; } catch (problem) { say(problem.name); }
              say(localStorage.getItem('a')); say(document.cookie); say(ask('POST', 'said')); say(location.pathname + location.search);
            </script></body>
            """;
        await using var stage = await PortStage.SetAsync(
            context =>
            {
                if (context.Request.Path == "/said")
                {
                    return context.Response.WriteAsync($"{context.Request.Headers.Cookie} {context.Request.Headers.Referer}");
                }

                context.Response.Cookies.Append("session", "1", new CookieOptions { HttpOnly = true });
                context.Response.ContentType = "text/html";
                return context.Response.WriteAsync(Page);
            },
            "http://*.ports.example");

        var page = await Browser.VisitAsync(stage.Links.Of(stage.TrialPort) + "board?x=1", $"--host-resolver-rules=MAP *.ports.example {stage.Client.BaseAddress!.Authority}");

        page.ShouldContain("kept; theme=dark; session=1; theme=dark http://localhost:6006/board?x=1; /board?x=1; ");
    }
}
