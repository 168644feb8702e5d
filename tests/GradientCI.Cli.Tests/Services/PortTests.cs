using System.Net;
using System.Text.Json.Nodes;
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
        var path = new PortLinks(PortalKey.Open(Path.Combine(stage.Served.Data, "portal.key")), publicUrl: null, portsUrl: null).Of(new TrialPort(new TrialId(run.Id, 1), 6006));

        // First nothing runs, then nothing listens.
        HttpResponseMessage answer;
        while ((answer = await stage.Served.GetAsync(path)).StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadGateway)
        {
            answer.Dispose();
        }

        (await answer.Content.ReadAsStringAsync()).ShouldBe("trained\n");
        using var cli = new GradientCliHost(folder.Path);
        var token = (await cli.TypeAsync("token", "add", "laptop", "--data", stage.Served.Data)).ShouldEndWith(0).Out.Trim();
        cli.Peculiar = terminal => terminal with { Variable = name => name == "GRADIENTCI_TOKEN" ? token : null };
        foreach (var place in (string[][])[["--data", stage.Served.Data], ["--server", stage.Served.Address.AbsoluteUri]])
        {
            (await cli.TypeAsync(["show", "demo#1", .. place])).ShouldEndWith(0).Out.ShouldContain($"  live      demo#1.1 at port 6006  http://ci.example{path}\n");
            (await cli.TypeAsync(["show", "demo#1.1", .. place])).ShouldEndWith(0).Out.ShouldContain($"  port 6006    http://ci.example{path}\n");
            JsonNode.Parse((await cli.TypeAsync(["show", "demo#1", "--json", .. place])).ShouldEndWith(0).Out)!["ports"]!.ToJsonString()
                .ShouldBe($$"""[{"trial":"demo#1.1","port":6006,"url":"http://ci.example{{path}}"}]""");
        }

        folder.Write("enough", "");
        await stage.UntilAsync(() => stage.Repository.Status(sha, "gradientci/demo")?.State == "success");
        (await stage.Served.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await cli.TypeAsync("show", "demo#1", "--data", stage.Served.Data)).ShouldEndWith(0).Out.ShouldNotContain(path);
        answer.Dispose();
    }
}
