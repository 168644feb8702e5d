using System.Diagnostics;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Runs one line of the docs' shell blocks: gradientci in this process, everything else in a real shell.</summary>
internal static class ShellLine
{
    private const string DotnetRun = "dotnet run -c Release --project runner/GradientCI.Cli -- ";

    public static async Task<CliAnswer> RunAsync(string line, GradientCliHost cli, TestRepository repository)
    {
        foreach (var prefix in (string[])["gradientci ", DotnetRun])
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal) && !line.Contains("&&", StringComparison.Ordinal))
            {
                var words = line[prefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                await PrepareAsync(words, cli, repository);
                return await cli.TypeAsync(words);
            }
        }

        // The test command would run this test again; that it is a script that bash can read is what is left to check.
        // Publishing would write over the very files that the other tests run; eng/test.sh does it after them.
        return line switch
        {
            _ when line.StartsWith("dotnet publish ", StringComparison.Ordinal) => Shell("grep -q '^dotnet publish ' README.md && grep -q 'dotnet publish' eng/test.sh", ProjectRoot.Path),
            "eng/test.sh" => Shell($"bash -n {ProjectRoot.Path}/eng/test.sh && test -x {ProjectRoot.Path}/eng/test.sh", cli.Directory),
            _ => Shell(line, line.StartsWith("dotnet ", StringComparison.Ordinal) || line.StartsWith("bench/", StringComparison.Ordinal) ? ProjectRoot.Path : cli.Directory),
        };
    }

    // The docs speak of an experiment "digits" with two runs and a dozen trials; the example repository is made to have them.
    private static async Task PrepareAsync(string[] words, GradientCliHost cli, TestRepository repository)
    {
        if (words.Any(word => word.StartsWith("digits", StringComparison.Ordinal)) && !(await cli.TypeAsync("list")).Out.Contains("digits#2", StringComparison.Ordinal))
        {
            repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("toy", "digits").Replace("[1, 2, 3]", "[3, 4, 5, 6, 7, 8, 9]"));
            repository.Commit("Call it digits");
            (await cli.TypeAsync("run")).ShouldEndWith(0);
            repository.Commit("Change nothing");
            (await cli.TypeAsync("run")).ShouldEndWith(0);
        }
    }

    private static CliAnswer Shell(string line, string folder)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-c", line },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CliAnswer(process.ExitCode, output, error.Result);
    }
}
