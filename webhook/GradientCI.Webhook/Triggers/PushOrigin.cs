using GradientCI.Experiments;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>What a run says of the push that asked for it, so that a push that is read twice makes no second run.</summary>
internal sealed record PushOrigin(RefUpdate Update)
{
    private string OfRef => $"push {Update.Ref} ";

    private string OfPush => $"{OfRef}{Update.Old}..{Update.New} ";

    /// <summary>The origin of a run at one commit of the push.</summary>
    public string At(CommitSha commit) => OfPush + commit;

    /// <summary>Whether the origin is another push to the same ref.</summary>
    public bool IsOtherPush(string origin) =>
        origin.StartsWith(OfRef, StringComparison.Ordinal) && !origin.StartsWith(OfPush, StringComparison.Ordinal);
}
