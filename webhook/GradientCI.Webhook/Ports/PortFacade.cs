using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Ports;

/// <summary>What browsers see in front of what a trial serves, and what keeps its pages from all that is not theirs.</summary>
/// <param name="address">What stands before the trial's own path: <c>https://ci.example.org/runs/…</c>, without a slash at the end of a path.</param>
internal abstract class PortFacade(Uri address)
{
    /// <summary>What stands before the trial's own path.</summary>
    public Uri Address => address;

    /// <summary>The path of that, which a trial's own begins with; empty where there is none.</summary>
    public string Prefix => address.AbsolutePath.TrimEnd('/');

    /// <summary>Leaves of a request's headers what the trial may hear.</summary>
    public abstract void KeepRequest(HttpHeaders headers);

    /// <summary>Says what the trial would hear of a page of its own.</summary>
    /// <param name="request">As the browser sent it.</param>
    /// <param name="headers">As the trial gets them.</param>
    /// <param name="own">The origin that the trial takes for its own: <c>http://localhost:6006</c>.</param>
    public abstract void Translate(HttpRequest request, HttpRequestHeaders headers, string own);

    /// <summary>Leaves of an answer's headers what a browser may hear, and adds what confines its pages.</summary>
    public abstract void Confine(IHeaderDictionary headers);
}
