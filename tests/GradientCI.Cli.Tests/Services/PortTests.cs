using System.Net;
using GradientCI.Experiments;
using GradientCI.Testing;
using GradientCI.Webhook.Portal;
using GradientCI.Webhook.Ports;

namespace GradientCI.Cli.Tests.Services;

/// <summary>A port of a real trial, through the real service.</summary>
public sealed class PortTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_a_trial_listens_at_is_there_while_it_runs()
    {
        using var folder = new TemporaryFolder();
        await using var stage = await ServiceStage.SetAsync($$"""
            version: 1
            experiments:
              demo:
                ports: [6006]
                command: |
                  echo trained > index.html
                  python3 -m http.server --bind 127.0.0.1 "$GRADIENT_PORT_6006" & server=$!
                  until [ -e '{{folder["enough"]}}' ]; do sleep 0.05; done
                  kill $server
            """);
        var sha = await stage.PushAsync("main");
        await stage.UntilAsync(() => stage.Repository.Status(sha, "gradientci/demo")?.State == "pending");
        var run = (await stage.RunsAsync()).ShouldHaveSingleItem();
        var path = new PortLinks(PortalKey.Open(Path.Combine(stage.Served.Data, "portal.key")), null).Of(new TrialPort(new TrialId(run.Id, 1), 6006));

        // First nothing runs, then nothing listens.
        HttpResponseMessage answer;
        while ((answer = await stage.Served.GetAsync(path)).StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadGateway)
        {
            answer.Dispose();
        }

        (await answer.Content.ReadAsStringAsync()).ShouldBe("trained\n");
        folder.Write("enough", "");
        await stage.UntilAsync(() => stage.Repository.Status(sha, "gradientci/demo")?.State == "success");
        (await stage.Served.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Dispose();
    }
}
