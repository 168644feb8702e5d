using System.Text;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Search;

/// <summary>A manifest in a folder without a repository, and a search that is sent lines.</summary>
internal sealed class SearchStage : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GradientCliHost _cli;

    public SearchStage(string sweep, string rest = "objective: { minimize: loss }")
    {
        _cli = new GradientCliHost(_folder.Path);
        File.WriteAllText(_folder[".gradient.yml"], $"""
            version: 1
            experiments:
              toy:
                command: "true"
                sweep: {sweep}
                {rest}
            """);
    }

    public string Folder => _folder.Path;

    public string this[string name] => _folder[name];

    public Task<CliAnswer> TypeAsync(byte[] input, params string[] options)
    {
        _cli.Input = input;
        return _cli.TypeAsync(["search", "toy", .. options]);
    }

    /// <summary>Sends lines.</summary>
    /// <returns>The answers.</returns>
    public async Task<string[]> SendAsync(string[] lines, params string[] options) => Lines(await TypeAsync(
        Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), options));

    public static string[] Lines(CliAnswer answer) => answer.ShouldEndWith(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }
}
