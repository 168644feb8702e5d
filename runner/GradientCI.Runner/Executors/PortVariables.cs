using System.Collections.Immutable;

namespace GradientCI.Runner.Executors;

/// <summary>The variables that tell a trial where to listen: <c>GRADIENT_PORT_6006</c> for each declared port, <c>PORT</c> for the first.</summary>
internal static class PortVariables
{
    private const string First = "PORT";

    /// <summary>Adds them.</summary>
    /// <param name="variables">The trial's variables; a <c>PORT</c> of the manifest stays.</param>
    /// <param name="declared">The ports as the manifest has them.</param>
    /// <param name="real">Where to listen for each, in the same order.</param>
    public static ImmutableSortedDictionary<string, string> AddTo(
        ImmutableSortedDictionary<string, string> variables, ImmutableArray<int> declared, ImmutableArray<int> real)
    {
        for (var index = 0; index < declared.Length; index++)
        {
            variables = variables.SetItem($"GRADIENT_PORT_{declared[index]}", $"{real[index]}");
        }

        return declared.IsEmpty || variables.ContainsKey(First) ? variables : variables.Add(First, $"{real[0]}");
    }
}
