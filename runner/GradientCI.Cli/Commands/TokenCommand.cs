using System.CommandLine;
using System.Text.Json;
using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Webhook.Api;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci token</c>: who may use the service's API.</summary>
internal static class TokenCommand
{
    private const int LongestName = 100;
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static Command Create(Terminal terminal) => new("token", "Say who may use the service's API (docs/command-line.md).")
    {
        Add(terminal),
        List(terminal),
        Remove(terminal),
    };

    private static Command Add(Terminal terminal)
    {
        var name = Name("Whose it is, or what for");
        var scope = new Option<string>("--scope")
        {
            Description = "read looks; run also starts, cancels, retries and approves; admin may everything", HelpName = "read|run|admin",
            DefaultValueFactory = _ => "read",
        };
        var project = new Option<string?>("--project") { Description = "Only this project, by its name or id [default: all]", HelpName = "NAME" };
        var expires = new Option<string?>("--expires") { Description = "Ends after 12h, 90d, 8w [default: never]", HelpName = "AGE" };
        var command = new Command("add", "Make a token and print it, once; only its SHA-256 is kept.") { name, scope, project, expires };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var now = terminal.Time.GetUtcNow();
            var token = new AccessToken(Sane(parsed.GetRequiredValue(name)), Scope(parsed.GetRequiredValue(scope)), now)
            {
                Project = parsed.GetValue(project) is { } wanted ? await FindProjectAsync(session.Store, wanted, cancellationToken) : null,
                ExpiresAt = parsed.GetValue(expires) is { } age ? now + Age.Parse(age, "--expires") : null,
            };
            var text = TokenText.Make();
            if (!await session.Store.AddTokenAsync(token, TokenText.DigestOf(text)!, session.Sign(), cancellationToken))
            {
                throw new GradientException(FailureKind.Usage, $"There is a token {token.Name} already.", $"Take another name, or first: gradientci token remove {token.Name}");
            }

            terminal.Out.WriteLine(text);
            terminal.Say("note: It is not shown again. Send it as: Authorization: Bearer TOKEN");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON for scripts" };
        var command = new Command("list", "List the tokens: what each may, and when it was used last.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var tokens = await session.Store.ListTokensAsync(cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? Json(tokens) : Table(tokens, terminal.Time.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Remove(Terminal terminal)
    {
        var name = Name("The token's name");
        var command = new Command("remove", "Take a token back: it is refused from now on.") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var wanted = parsed.GetRequiredValue(name);
            if (!await session.Store.RemoveTokenAsync(wanted, session.Sign(), cancellationToken))
            {
                throw new GradientException(FailureKind.Usage, $"There is no token {wanted}.", "See those there are with: gradientci token list");
            }

            terminal.Out.WriteLine(Plain.Line($"{wanted} is removed."));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string> Name(string description) => new("NAME") { Description = description };

    private static AccessScope Scope(string word) => word switch
    {
        "read" => AccessScope.Read,
        "run" => AccessScope.Run,
        "admin" => AccessScope.Admin,
        _ => throw new GradientException(FailureKind.Usage, $"'{word}' is no scope.", "Write --scope read, run or admin."),
    };

    private static string Sane(string name) => name.Length is > 0 and <= LongestName && !name.Any(char.IsControl) && name.Trim() == name
        ? name
        : throw new GradientException(FailureKind.Usage, "That is no name for a token.", $"Write one of at most {LongestName} characters.");

    private static async Task<ProjectId> FindProjectAsync(SqliteExperimentStore store, string text, CancellationToken cancellationToken)
    {
        var projects = await store.ListProjectsAsync(cancellationToken);
        return projects.Where(project => project.Id.Value == text).Concat(projects.Where(project => project.Name == text)).Select(project => project.Id).Distinct().ToList() switch
        {
            [var only] => only,
            [] => throw new GradientException(
                FailureKind.Usage, $"There is no project {text}.",
                projects.IsEmpty ? "Run something in it first." : $"Name one of: {string.Join(", ", projects.Select(project => project.Id.Value))}."),
            [var first, ..] when first.Value == text => first,
            var several => throw new GradientException(FailureKind.Usage, $"Several projects are called {text}.", $"Name one of: {string.Join(", ", several)}."),
        };
    }

    private static string Table(IReadOnlyCollection<AccessToken> tokens, DateTimeOffset now)
    {
        if (tokens.Count == 0)
        {
            return "No tokens. Make one with: gradientci token add NAME --scope read\n";
        }

        var table = new TextTable("NAME", "SCOPE", "PROJECT", "EXPIRES", "LAST USED");
        foreach (var token in tokens)
        {
            table.Add(
                token.Name, Word(token.Scope), token.Project?.Value ?? "all",
                token.ExpiresAt is not { } end ? "never" : end <= now ? "expired" : $"{end.UtcDateTime:yyyy-MM-dd}",
                token.LastUsedAt is { } last ? RunWords.Ago(now - last) : "never");
        }

        return table.ToString();
    }

    private static string Json(IEnumerable<AccessToken> tokens) => JsonWriting.Text(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", "gradientci/tokens/1");
            json.WriteObjects("tokens", [.. tokens], (each, token) =>
            {
                each.WriteString("name", token.Name);
                each.WriteString("scope", Word(token.Scope));
                each.WriteString("project", token.Project?.Value);
                each.WriteString("created_at", Time(token.CreatedAt));
                each.WriteString("expires_at", Time(token.ExpiresAt));
                each.WriteString("last_used_at", Time(token.LastUsedAt));
            });
            json.WriteEndObject();
        },
        Indented) + "\n";

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    private static string Word(AccessScope scope) => scope.ToString().ToLowerInvariant();
}
