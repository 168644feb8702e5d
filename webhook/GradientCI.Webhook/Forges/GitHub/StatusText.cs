using System.Globalization;
using System.Text;

namespace GradientCI.Webhook.Forges.GitHub;

/// <summary>A commit status' description as GitHub takes it.</summary>
internal static class StatusText
{
    private const int Longest = 140;
    private const char Cut = '…';

    // GitHub: "description doesn't accept 4-byte Unicode".
    private const char Unknown = '□';

    /// <summary>At most 140 characters, cut between what readers see as characters; emoji become <c>□</c>, one each.</summary>
    public static string Of(string description)
    {
        var text = new StringBuilder();
        var room = 0;
        for (var rest = description.AsSpan(); !rest.IsEmpty;)
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            var element = rest[..length];
            rest = rest[length..];
            if (element.ContainsAnyInRange('\uD800', '\uDFFF'))
            {
                text.Append(Unknown);
            }
            else
            {
                text.Append(element);
            }

            // The last place at which a cut leaves room for its mark.
            room = text.Length < Longest ? text.Length : room;
            if (text.Length > Longest)
            {
                return text.ToString(0, room > 0 ? room : Longest - 1) + Cut;
            }
        }

        return text.ToString();
    }
}
