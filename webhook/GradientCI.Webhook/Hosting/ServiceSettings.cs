using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace GradientCI.Webhook.Hosting;

/// <summary>Where settings come from: a file, then the environment, then the command line; what comes later wins.</summary>
public static class ServiceSettings
{
    /// <summary>The file in the data folder.</summary>
    public const string FileName = "appsettings.json";

    /// <summary>What environment variables begin with: <c>GRADIENTCI_URLS</c>, <c>GRADIENTCI_WEBHOOKSECRETFILES__0</c>.</summary>
    public const string Prefix = "GRADIENTCI_";

    private static readonly char[] Separators = [';', ','];

    /// <summary>Loads the settings.</summary>
    /// <param name="file">The full path of the file.</param>
    /// <param name="isOptional">Whether there may be none.</param>
    /// <param name="flags">What was typed; null values were not.</param>
    /// <exception cref="GradientException">The file is not there, or is no JSON.</exception>
    public static IConfigurationRoot Load(string file, bool isOptional, IReadOnlyDictionary<string, string?> flags)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(file, isOptional, reloadOnChange: false)
                .AddEnvironmentVariables(Prefix)
                .AddInMemoryCollection(flags.Where(flag => flag.Value is not null))
                .Build();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            var reason = problem is FileNotFoundException ? "it is not there." : (problem.InnerException ?? problem).Message;
            throw new GradientException(FailureKind.Usage, $"The settings {file} could not be read: {reason}", "Correct the file, or name another with --config.", problem);
        }
    }

    /// <summary>A setting that is a whole number; null when it is not given, or wrong.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="name">Its name.</param>
    /// <param name="least">The smallest that makes sense.</param>
    /// <param name="most">The largest that does.</param>
    /// <param name="problems">Gets a sentence when it is wrong.</param>
    internal static int? WholeOf(this IConfiguration settings, string name, int least, int most, ICollection<string> problems)
    {
        if (settings[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add($"{name} is '{text}': write a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>A setting that is a list, or one text with <c>;</c> or <c>,</c> between the members.</summary>
    internal static ImmutableArray<string> ListOf(this IConfiguration settings, string name)
    {
        var section = settings.GetSection(name);
        var single = section.Value?.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. single ?? [.. section.GetChildren().Select(child => child.Value).OfType<string>().Where(text => text.Length > 0)]];
    }
}
