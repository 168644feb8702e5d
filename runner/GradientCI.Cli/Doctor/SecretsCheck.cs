using GradientCI.Cli.Output;
using GradientCI.Runner;
using GradientCI.Runner.Secrets;
using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Doctor;

/// <summary>The key of the secrets is there, ours alone, and opens what is sealed.</summary>
internal sealed class SecretsCheck(DataFolder data, SecretKeyFile keys, Lazy<Task<DatabaseHealth?>> health) : IHostCheck
{
    private const int MostNames = 80;

    public string Name => "secrets";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var set = await health.Value is { } database ? database.Secrets : [];
        if (set.IsEmpty && !keys.Exists)
        {
            return HostVerdict.Ok("None are set.");
        }

        // Root reads it in either case, and the service perhaps not.
        var shut = keys.FindUnopened(set);
        return !keys.HasOwnerOf(data.Root) ? HostVerdict.Problem(
                $"The key {keys.Path} is another user's than {data.Root}, and whoever owns that cannot read it.", $"Run: chown --reference={data.Root} {keys.Path}")
            : shut.IsEmpty ? HostVerdict.Ok($"{Plain.Count(set.Length, "secret")}; the key {keys.Path} opens {(set.Length == 1 ? "it" : "all")}.")
            : HostVerdict.Problem(
                $"The key {keys.Path} does not open {Plain.Fit(string.Join(", ", shut.Select(secret => secret.Name)), MostNames)}.",
                $"Put the key {shut[0].KeyId} back; or set what it does not open anew with: gradientci secret set {shut[0].Name}");
    }
}
