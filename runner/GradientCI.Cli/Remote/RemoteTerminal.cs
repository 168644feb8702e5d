using GradientCI.Runner;

namespace GradientCI.Cli.Remote;

/// <summary>The terminal of a command that a service runs: what it says goes to whoever asked.</summary>
internal static class RemoteTerminal
{
    private static readonly string[] OwnVariables = ["CUDA_VISIBLE_DEVICES"];

    public static Terminal Of(CommandRequest request, CommandResponse response, DataFolder data, string folder, TimeProvider time) => new()
    {
        Out = TextWriter.Synchronized(new ResponseWriter(text => response.Add(new ResponseLine { Out = text }))),
        Error = TextWriter.Synchronized(new ResponseWriter(text => response.Add(new ResponseLine { Error = text }))),
        OpenOut = () => new ResponseStream(response),
        IsOutScreen = request.Screen.IsOut,
        IsErrorScreen = request.Screen.IsError,
        UseColour = request.Screen.UseColour,
        Width = request.Screen.Width,
        Directory = folder,
        Variable = name => name == "GRADIENTCI_DATA" ? data.Root : OwnVariables.Contains(name, StringComparer.Ordinal) ? Environment.GetEnvironmentVariable(name) : null,
        Time = time,
    };
}
