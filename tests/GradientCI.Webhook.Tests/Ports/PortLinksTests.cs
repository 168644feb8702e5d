using System.Net;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Portal;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Tests.Ports;

public sealed class PortLinksTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_page_of_a_run_leads_to_what_its_trials_listen_at_while_they_run()
    {
        await using var stage = await PortStage.SetAsync(context => context.Response.WriteAsync("inside"));
        var pages = new RunPages(stage.Store, stage.Key) { LiveLinks = stage.Links.LiveOf };

        var running = (await pages.ReportAsync(stage.Run.Id, default)).ShouldNotBeNull();
        await stage.Store.EndAsync(stage.Attempt);
        var ended = (await pages.ReportAsync(stage.Run.Id, default)).ShouldNotBeNull();

        running.ShouldContain(">digits#1.1 at port 6006</a>");
        var address = running.Split("Live: <a href=\"")[1].Split('"')[0];
        new Uri(new Uri($"http://host/lab{PortalLinks.PathOf(stage.Run.Id)}?sig=x"), WebUtility.HtmlDecode(address)).AbsolutePath.ShouldBe("/lab" + stage.Path);
        ended.ShouldNotContain("Live:");
    }
}
