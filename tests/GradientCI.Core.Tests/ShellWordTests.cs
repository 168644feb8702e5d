using System.Diagnostics;

namespace GradientCI.Core.Tests;

/// <summary>What is pasted into a shell arrives as it was.</summary>
public sealed class ShellWordTests
{
    [Theory]
    [InlineData("lr=0.1", "lr=0.1")]
    [InlineData("name=adam w", "'name=adam w'")]
    [InlineData("x=it's; rm -rf ~", @"'x=it'\''s; rm -rf ~'")]
    [InlineData("x=$(reboot) `id` \"\\", "'x=$(reboot) `id` \"\\'")]
    [InlineData("x=a\nb", @"$'x=a\012b'")]
    [InlineData("x=a  b", @"$'x=a\040\040b'")]
    [InlineData("x=\u001b[2J'\\", @"$'x=\033[2J\'\\'")]
    [InlineData("x=\u202eevil", @"$'x=\342\200\256evil'")]
    [InlineData("größe=😀", @"$'gr\303\266\303\237e=\360\237\230\200'")]
    [InlineData("", "''")]
    public void A_pasted_word_is_visible_and_means_what_it_was(string text, string word)
    {
        ShellWord.Paste(text).ShouldBe(word);

        Echo(word).ShouldBe(text);
    }

    private static string Echo(string word)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", $"printf %s {word}"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var text = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return text;
    }
}
