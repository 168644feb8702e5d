using System.Diagnostics;

namespace GradientCI.Webhook.Tests.BareGit;

/// <summary>What a program said and how it ended.</summary>
internal sealed record ShellAnswer(int Code, string Out, string Error)
{
    public string All => Out + Error;
}

/// <summary>Runs real programs.</summary>
internal static class Shell
{
    public static async Task<ShellAnswer> RunAsync(
        string folder, string program, IEnumerable<string> arguments, string input = "", params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new ShellAnswer(process.ExitCode, await output, await error);
    }
}
