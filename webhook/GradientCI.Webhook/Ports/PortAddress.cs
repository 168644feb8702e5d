using System.Globalization;
using System.Text.RegularExpressions;
using GradientCI.Experiments;

namespace GradientCI.Webhook.Ports;

/// <summary>A port as it stands in a path, signed: <c>/runs/PROJECT/EXPERIMENT/12/trials/3/ports/6006/SIGNATURE</c>, and what follows.</summary>
/// <param name="Port">The port.</param>
/// <param name="Signature">What claims that whoever has the path may go there; not looked at yet.</param>
/// <param name="Rest">What follows, as it came: nothing, or a path and a query.</param>
internal sealed partial record PortAddress(TrialPort Port, string Signature, string Rest)
{
    /// <summary>Reads one from the beginning of a text, to the letter: there is one way only to write a port.</summary>
    /// <returns>Null for anything else.</returns>
    public static PortAddress? Read(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var run = new RunId(new ProjectId(match.Groups["project"].Value), match.Groups["experiment"].Value, Number("run"));
        return new PortAddress(new TrialPort(new TrialId(run, Number("trial")), Number("port")), match.Groups["signature"].Value, match.Groups["rest"].Value);

        int Number(string name) => int.Parse(match.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"\A/runs/(?<project>[A-Za-z0-9_][A-Za-z0-9._-]{0,199})/(?<experiment>[A-Za-z0-9_][A-Za-z0-9._-]{0,199})/(?<run>[1-9][0-9]{0,8})"
        + @"/trials/(?<trial>[1-9][0-9]{0,8})/ports/(?<port>[1-9][0-9]{0,4})/(?<signature>[A-Za-z0-9_-]{43})(?<rest>([/?].*)?)\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pattern();
}
