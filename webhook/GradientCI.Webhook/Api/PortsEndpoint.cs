using GradientCI.Json;
using GradientCI.Webhook.Ports;

namespace GradientCI.Webhook.Api;

/// <summary>Where what a trial listens at can be reached: for whoever may see the run.</summary>
internal sealed class PortsEndpoint(ApiParts parts)
{
    public ApiEndpoint One => ApiEndpoint.Read(TrialEndpoints.Path + "/ports", ListAsync);

    private async Task ListAsync(ApiRequest request)
    {
        var run = await parts.Records.RunAsync(request);
        var trial = await parts.Records.TrialAsync(request);
        await request.Context.WriteJsonAsync(json => json.WriteObjects("ports", PortLinks.OpenOf(run, trial), (writer, port) =>
        {
            writer.WriteNumber("port", port.Number);
            writer.WriteString("url", parts.Ports.Of(port));
        }));
    }
}
