using System.Text;

namespace GradientCI.Cli.Output;

/// <summary>A line to paste, and the manifest's lines, that run a trial again.</summary>
internal static class ReproductionLines
{
    /// <summary>The lines; empty when there is no such trial, or no line that could be pasted.</summary>
    /// <param name="again">How to run it again, or null.</param>
    /// <param name="what">What is run again.</param>
    public static string Of(Reproduction? again, string what)
    {
        if (again is null)
        {
            return "";
        }

        var text = new StringBuilder($"\nrun {what} again:\n  {again.Command}\n");
        if (!again.Manifest.IsEmpty)
        {
            text.Append("or in .gradient.yml, in place of the experiment's parameters and sweep:\n");
            text.AppendJoin("", again.Manifest.Select(line => $"  {line}\n"));
        }

        return text.ToString();
    }
}
