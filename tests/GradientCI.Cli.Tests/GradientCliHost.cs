using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Types commands into gradientci as a person in a repository would, with a data folder of its own.</summary>
internal sealed class GradientCliHost : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public GradientCliHost(string directory)
    {
        Directory = directory;
    }

    public string Directory { get; set; }

    public string Data => _data.Path;

    public async Task<CliAnswer> TypeAsync(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal
        {
            Out = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            Directory = Directory,
            Variable = name => name == "GRADIENTCI_DATA" ? Data : Environment.GetEnvironmentVariable(name),
        };
        var code = await CommandLine.RunAsync(words, terminal);
        return new CliAnswer(code, output.ToString(), error.ToString());
    }

    public void Dispose() => _data.Dispose();
}

internal sealed record CliAnswer(int Code, string Out, string Error)
{
    public CliAnswer ShouldEndWith(int code)
    {
        Code.ShouldBe(code, $"stdout:\n{Out}\nstderr:\n{Error}");
        return this;
    }
}
