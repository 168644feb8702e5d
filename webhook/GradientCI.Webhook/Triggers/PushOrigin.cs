using GradientCI.Experiments;

namespace GradientCI.Webhook.Triggers;

/// <summary>What a run says of the push that asked for it, so that a push that is read twice makes no second run.</summary>
internal sealed record PushOrigin(RefUpdate Update)
{
    private const string Prefix = "push ";
    private const string Found = " found";

    private string OfRef => $"{Prefix}{Update.Ref} ";

    private string OfPush => $"{OfRef}{Update.Old}..{Update.New} ";

    /// <summary>Whether a push asked for it.</summary>
    public static bool IsPush(string origin) => origin.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a push to that ref asked for it.</summary>
    public static bool IsPushTo(string reference, string origin) => origin.StartsWith($"{Prefix}{reference} ", StringComparison.Ordinal);

    /// <summary>
    /// Whether two origins, of runs of one experiment at one commit, are pushes to the same ref of which we found one ourselves:
    /// then both are the same, since nobody knows which pushes a found one stands for.
    /// </summary>
    public static bool IsTwin(string reference, string origin, string other) =>
        IsPushTo(reference, origin) && IsPushTo(reference, other) && origin != other && (IsFound(origin) || IsFound(other));

    /// <summary>The origin of a run at one commit of the push.</summary>
    public string At(CommitSha commit) => OfPush + commit + (Update.IsFound ? Found : "");

    /// <summary>Whether the origin is another push to the same ref.</summary>
    public bool IsOtherPush(string origin) =>
        origin.StartsWith(OfRef, StringComparison.Ordinal) && !origin.StartsWith(OfPush, StringComparison.Ordinal);

    private static bool IsFound(string origin) => origin.EndsWith(Found, StringComparison.Ordinal);
}
