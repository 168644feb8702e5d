using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.Runner;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>A service on another machine that a repository's hook tells of pushes.</summary>
/// <param name="Server">Where it is: <c>https://ci.example.org</c>.</param>
/// <param name="SecretFile">The file with the secret that it knows us by; an absolute path.</param>
/// <param name="CloneUrl">Where it fetches the repository from.</param>
public sealed record RemoteService(Uri Server, string SecretFile, string CloneUrl)
{
    /// <summary>Where it takes pushes.</summary>
    [JsonIgnore]
    public Uri Hook => new($"{Server.AbsoluteUri.TrimEnd('/')}/hooks/git");

    /// <summary>The folder within a repository in which its hook leaves what was pushed until the service has taken it.</summary>
    /// <param name="hooks">The repository's folder of hooks.</param>
    public static DataFolder SpoolOf(string hooks) => new(Path.Combine(Path.GetDirectoryName(hooks)!, "gradientci"));

    /// <summary>Reads what was set for a spool.</summary>
    /// <exception cref="GradientException">Nothing was, or it cannot be read.</exception>
    public static RemoteService Load(DataFolder spool)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(spool)), RemoteServiceJson.Default.RemoteService) ?? throw new JsonException("It is null.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new GradientException(
                FailureKind.Usage, $"{PathIn(spool)} names no service: {problem.Message}", "Install the hook with: gradientci hook install --service URL --secret-file FILE --clone-url URL", problem);
        }
    }

    /// <summary>Sets it for a spool; it appears whole or not at all.</summary>
    /// <exception cref="GradientException">It cannot be written.</exception>
    public void Save(DataFolder spool)
    {
        try
        {
            Directory.CreateDirectory(spool.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var draft = $"{PathIn(spool)}.{Environment.ProcessId}.tmp";
            File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, RemoteServiceJson.Default.RemoteService));
            File.Move(draft, PathIn(spool), overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Environment, $"{PathIn(spool)} could not be written: {problem.Message}", "Run gradientci as the user that receives the pushes.", problem);
        }
    }

    /// <summary>The secret.</summary>
    /// <exception cref="GradientException">The file cannot be read, or is empty.</exception>
    public string ReadSecret()
    {
        try
        {
            return File.ReadAllText(SecretFile).Trim() is { Length: > 0 } secret
                ? secret
                : throw new GradientException(FailureKind.Usage, $"The secret's file {SecretFile} is empty.", "Put the service's webhook secret there.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Environment, $"The secret's file {SecretFile} cannot be read: {problem.Message}", "Make it readable for the user that receives the pushes, and nobody else.", problem);
        }
    }

    private static string PathIn(DataFolder spool) => Path.Combine(spool.Root, "service.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RemoteService))]
internal sealed partial class RemoteServiceJson : JsonSerializerContext;
