using System.Net;
using System.Net.Mail;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using GradientCI.Stores;

namespace GradientCI.Webhook.Notices;

/// <summary>Sends notices as short mails.</summary>
public sealed class MailChannel(NoticeMail options, TimeProvider time) : INoticeChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "mail";

    /// <inheritdoc/>
    public bool IsForBadNewsOnly => options.IsForBadNewsOnly;

    /// <inheritdoc/>
    public async Task SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        using var message = Write(Parse(notice), notice.Id);
        using var client = new SmtpClient(options.Host, options.Port)
        {
            EnableSsl = options.UsesTls,
            Credentials = options.User is { } user ? new NetworkCredential(user, options.Password) : null,
        };
        using var late = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await client.SendMailAsync(message, enough.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new NoticeException($"{options.Host} did not take a mail within {Patience.TotalSeconds} s.");
        }
        catch (Exception problem) when (problem is SmtpException or AuthenticationException or IOException)
        {
            // The server's own words may repeat what we sent it.
            throw new NoticeException($"{options.Host} did not take a mail: {(problem is SmtpException refused ? refused.StatusCode : problem.GetType().Name)}.", problem);
        }
    }

    private static RunNotice Parse(Notice notice)
    {
        try
        {
            return RunNotice.Parse(notice.Json);
        }
        catch (JsonException problem)
        {
            throw new NoticeException("Another version wrote the notice.", problem);
        }
    }

    internal MailMessage Write(RunNotice notice, long id)
    {
        var text = new StringBuilder().Append(notice.Sentence).Append("\n\n").Append($"Commit {notice.Sha[..10]}");
        _ = notice.Ref.Length > 0 ? text.Append($" on {notice.Ref}") : text;
        _ = notice.Subject.Length > 0 ? text.Append($": {notice.Subject}") : text;
        _ = notice.Url is { } url ? text.Append($"\n\n{url}") : text;
        var message = new MailMessage
        {
            From = new MailAddress(options.From),
            Subject = notice.Sentence,
            SubjectEncoding = Encoding.UTF8,
            Body = text.Append('\n').ToString(),
            BodyEncoding = Encoding.UTF8,
        };
        foreach (var to in options.To)
        {
            message.To.Add(new MailAddress(to));
        }

        // Holiday notes and mailing lists leave what says so alone; a second copy after a death is recognised.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Gradient-Delivery", $"{id}");
        return message;
    }
}
