namespace GradientCI.Stores;

/// <summary>Who changes something, and when. A change that is signed is on the audit log by its own transaction: both are there, or neither.</summary>
/// <param name="At">When.</param>
/// <param name="Who">Who: <c>NAME@HOST</c> of a terminal, a login of a forge, a token's name.</param>
/// <param name="Detail">What else there is to know, or empty; never a secret.</param>
public sealed record Signature(DateTimeOffset At, string Who, string Detail = "")
{
    /// <summary>The entry of a change that it stands under.</summary>
    /// <param name="action">What was done.</param>
    /// <param name="subject">To what.</param>
    /// <param name="fact">What the change itself says, before the detail.</param>
    public AuditEntry Of(AuditAction action, string subject, string fact = "") => new(At, Who, action, subject, $"{fact} {Detail}".Trim());
}
