using System.Text;
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

    /// <summary>What is piped in.</summary>
    public byte[] Input { get; set; } = [];

    /// <summary>What is peculiar about the terminal of this test.</summary>
    public Func<Terminal, Terminal> Peculiar { get; set; } = terminal => terminal;

    public async Task<CliAnswer> TypeAsync(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var bytes = new MemoryStream();
        var terminal = Peculiar(new Terminal
        {
            Out = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            OpenOut = () => bytes,
            OpenIn = () => new MemoryStream(Input),
            Directory = Directory,
            Variable = name => name == "GRADIENTCI_DATA" ? Data : Environment.GetEnvironmentVariable(name),
        });
        var code = await CommandLine.RunAsync(words, terminal);
        return new CliAnswer(code, output + Encoding.UTF8.GetString(bytes.ToArray()), error.ToString()) { Bytes = bytes.ToArray() };
    }

    public void Dispose() => _data.Dispose();
}

internal sealed record CliAnswer(int Code, string Out, string Error)
{
    /// <summary>What was written past the text writer, as it is.</summary>
    public byte[] Bytes { get; init; } = [];

    public CliAnswer ShouldEndWith(int code)
    {
        Code.ShouldBe(code, $"stdout:\n{Out}\nstderr:\n{Error}");
        return this;
    }
}
