using GradientCI.Webhook.Notices;

namespace GradientCI.Cli.Services;

/// <summary>The ways to tell people, as long as the service runs.</summary>
internal sealed class Noticing(NoticeOptions options) : IDisposable
{
    private readonly HttpClient _http = WebhookChannel.NewClient();

    public IEnumerable<INoticeChannel> Channels(TimeProvider time) =>
    [
        .. options.Webhooks.Select(webhook => new WebhookChannel(webhook, _http, time)),
        .. options.Mail is { } mail ? (INoticeChannel[])[new MailChannel(mail, time)] : [],
    ];

    public void Dispose() => _http.Dispose();
}
