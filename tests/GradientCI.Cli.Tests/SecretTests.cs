using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Secrets are set once, given to trials, and shown nowhere.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Value = "w4ndb/k3y-of-ours+0123";

    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public SecretTests() => _cli = new GradientCliHost(_repository.Path);

    [Fact(Timeout = 60_000)]
    public async Task A_secret_is_listed_by_name_and_its_value_is_nowhere()
    {
        (await SetAsync("API_KEY", Value + "\n")).ShouldEndWith(0).Out.ShouldBe("API_KEY is set for every project.\n");

        (await _cli.TypeAsync("secret", "list")).ShouldEndWith(0).Out.ShouldMatch("^NAME +PROJECT +SET \\(UTC\\) +BY\nAPI_KEY +every +20");
        var listed = JsonNode.Parse((await _cli.TypeAsync("secret", "list", "--json")).ShouldEndWith(0).Out)!["secrets"]![0]!;
        ((string?)listed["name"], listed["project"], listed.AsObject().Count).ShouldBe(("API_KEY", null, 5));
        await ShouldBeNowhereAsync(Value);
        File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await _cli.TypeAsync("audit")).Out.ShouldContain("secret-set");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_value_comes_from_a_file_too()
    {
        _repository.Write("value", Value + "\n");

        (await _cli.TypeAsync("secret", "set", "API_KEY", "--from-file", "value")).ShouldEndWith(0);
        (await _cli.TypeAsync("secret", "remove", "API_KEY")).ShouldEndWith(0).Out.ShouldBe("API_KEY is removed.\n");

        (await _cli.TypeAsync("secret", "list")).Out.ShouldStartWith("No secrets.");
        (await _cli.TypeAsync("secret", "remove", "API_KEY")).ShouldEndWith(2).Error.ShouldContain("There is no secret API_KEY for every project.");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("PATH", Value, "GradientCI or the system's loader sets it")]
    [InlineData("A-B", Value, "letters, digits and _")]
    [InlineData("API_KEY", "short\n", "fewer than 8 bytes")]
    [InlineData("API_KEY", "0123456789\0", "holds a NUL")]
    public async Task What_cannot_be_a_secret_is_refused(string name, string value, string problem) =>
        (await SetAsync(name, value)).ShouldEndWith(2).Error.ShouldContain(problem);

    [Fact(Timeout = 60_000)]
    public async Task What_would_stand_on_the_screen_is_not_read()
    {
        _cli.Peculiar = terminal => terminal with { IsInKeyboard = true };

        (await SetAsync("API_KEY", Value)).ShouldEndWith(2).Error.ShouldContain("--from-file FILE");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_trial_is_given_its_secrets_and_nothing_shows_them()
    {
        await SetAsync("API_KEY", Value);
        Ask("secrets: [API_KEY]", $$$"""
            test "$API_KEY" = '{{{Value}}}' || exit 3
            echo "key=$API_KEY"
            printf 'user:%s' "$API_KEY" | base64
            echo "{\"metrics\": {\"score\": 6, \"of-$API_KEY\": 1}}"
            [ "$1" != 2 ] || { echo "died of $API_KEY" >&2; exit 7; }
            """);

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(1);
        (await _cli.TypeAsync("logs", "toy#1.1")).ShouldEndWith(0).Out.ShouldMatch("^key=\\*\\*\\*\n[A-Za-z0-9]{1,8}\\*\\*\\*[A-Za-z0-9=]{0,3}\n");
        var shown = await _cli.TypeAsync("show", "toy#1", "--json");
        shown.ShouldEndWith(0).Out.ShouldContain("died of ***");
        shown.Out.ShouldContain("of-***");
        await ShouldBeNowhereAsync(Value);
        Directory.EnumerateFiles(Path.Combine(_cli.Data, "attempts"), "*", SearchOption.AllDirectories).Select(Path.GetFileName)
            .ShouldAllBe(name => name != "output" && name != "secrets.sealed");
        (await _cli.TypeAsync("audit")).Out.ShouldMatch("secret-read +toy-[0-9a-f]+/toy#1|secret-read .*toy#1 +API_KEY");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_that_is_a_number_is_no_point_whichever_way_it_comes()
    {
        await SetAsync("PIN", "4711081512");
        Ask("secrets: [PIN]\n    metrics: { files: [curve.jsonl] }", """
            echo "{\"metrics\": {\"score\": 6, \"printed\": $PIN}}"
            echo '{"metrics": {"score": 7}}'
            echo "{\"chart\": \"in-file\", \"x\": $PIN, \"y\": 1}" >> curve.jsonl
            echo "{\"chart\": \"in-file\", \"x\": 2, \"y\": $PIN.0}" >> curve.jsonl
            echo "{\"chart\": \"in-file\", \"x\": 3, \"y\": 4.711081512e9}" >> curve.jsonl
            """);

        (await _cli.TypeAsync("run", "--set", "lr=1")).ShouldEndWith(0);

        var shown = (await _cli.TypeAsync("show", "toy#1.1", "--json")).ShouldEndWith(0).Out;
        shown.ShouldContain("in-file");
        shown.ShouldNotContain("printed");
        Directory.CreateDirectory(Path.Combine(_repository.Path, "out"));
        (await _cli.TypeAsync("export", "toy#1", "--to", Path.Combine(_repository.Path, "out", "bundle"))).ShouldEndWith(0);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_repository.Path, "out"), "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllTextAsync(file)).ShouldNotMatch("4711081512|4[.]711081512", file);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_may_be_a_file_that_goes_with_its_attempt()
    {
        await SetAsync("KEY_FILE", "line-one-of-it\nline-two-of-it\n");
        Ask("secrets: [{ KEY_FILE: file }]", """
            stat -c 'mode=%a' "$KEY_FILE"
            echo "lines=$(wc -l <"$KEY_FILE")"
            cat "$KEY_FILE"
            echo "place=$KEY_FILE"
            echo '{"metrics": {"score": 6}}'
            """);

        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        var log = (await _cli.TypeAsync("logs", "toy#1.1")).Out;
        log.ShouldStartWith("mode=400\nlines=2\n***\nplace=/");
        File.Exists(log.Split("place=")[1].Split('\n')[0]).ShouldBeFalse();
        await ShouldBeNowhereAsync("line-two-of-it");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_project_s_own_secret_goes_before_that_of_every_project()
    {
        Ask("secrets: [API_KEY]", "printf '%s' \"$API_KEY\" | wc -c\necho '{\"metrics\": {\"score\": 6}}'");
        await SetAsync("API_KEY", Value);
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        var project = (await _cli.TypeAsync("project", "list")).Out.Split('\n')[1].Split(' ')[0];

        await SetAsync("API_KEY", Value + "-longer", "--project", project);
        (await _cli.TypeAsync("run", "--no-cache")).ShouldEndWith(0);

        (await _cli.TypeAsync("logs", "toy#1.1")).Out.ShouldStartWith($"{Value.Length}\n");
        (await _cli.TypeAsync("logs", "toy#2.1")).Out.ShouldStartWith($"{Value.Length + 7}\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_without_its_secret_ends_before_its_first_trial()
    {
        Ask("secrets: [API_KEY, OTHER]", "true");
        await SetAsync("OTHER", Value);

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(3);
        (answer.Out + answer.Error).ShouldContain("toy asks for the secret API_KEY, and it is not set");
        (answer.Out + answer.Error).ShouldContain("gradientci secret set API_KEY --project ");
        Directory.Exists(Path.Combine(_cli.Data, "attempts")).ShouldBeFalse();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("gone", "The key of the secrets is not there")]
    [InlineData("open", "may be read by others")]
    [InlineData("other", "was sealed with another key")]
    [InlineData("foreign", "holds no key of secrets")]
    public async Task A_key_that_does_not_fit_is_an_error_that_says_so(string how, string problem)
    {
        await SetAsync("API_KEY", Value);
        Ask("secrets: [API_KEY]", "true");
        Spoil(how);
        if (how == "gone")
        {
            (await SetAsync("OTHER", Value)).ShouldEndWith(3).Error.ShouldContain(problem);
        }

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(3);
        (answer.Out + answer.Error).ShouldContain(problem);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_key_opens_what_there_was()
    {
        await SetAsync("API_KEY", Value);
        var before = await File.ReadAllTextAsync(KeyFile);

        (await _cli.TypeAsync("secret", "rotate")).ShouldEndWith(0).Out.ShouldStartWith("1 secret sealed with a new key.");
        (await _cli.TypeAsync("secret", "rotate")).ShouldEndWith(0);

        (await File.ReadAllTextAsync(KeyFile)).ShouldNotContain(before.Split(' ')[0]);
        Ask("secrets: [API_KEY]", $"test \"$API_KEY\" = '{Value}' && echo '{{\"metrics\": {{\"score\": 6}}}}'");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("fits", "ok", "1 secret; the key .*secrets.key opens it[.]")]
    [InlineData("gone", "problem", "The key of the secrets is not there")]
    [InlineData("open", "problem", ".* may be read by others")]
    [InlineData("other", "problem", "The key .*secrets.key does not open API_KEY[.]")]
    [InlineData("foreign", "problem", ".* holds no key of secrets")]
    [InlineData("strange", "problem", "The key .*secrets.key is another user's than ")]
    public async Task The_doctor_looks_at_the_key(string how, string verdict, string sentence)
    {
        if (how == "strange" && !Environment.IsPrivilegedProcess)
        {
            return;
        }

        (await _cli.TypeAsync("doctor")).Out.ShouldMatch("(?m)^secrets +ok +None are set[.]");
        await SetAsync("API_KEY", Value);
        Spoil(how);

        (await _cli.TypeAsync("doctor")).Out.ShouldMatch($"(?m)^secrets +{verdict} +{sentence}");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_key_may_be_kept_elsewhere_and_is_in_no_backup()
    {
        using var elsewhere = new TemporaryFolder();
        var key = Path.Combine(elsewhere.Path, "key");
        _cli.Peculiar = terminal => terminal with { Variable = name => name == "GRADIENTCI_SECRET_KEY_FILE" ? key : terminal.Variable(name) };
        await SetAsync("API_KEY", Value);

        File.Exists(KeyFile).ShouldBeFalse();
        File.Exists(key).ShouldBeTrue();
        _cli.Peculiar = terminal => terminal;
        File.Copy(key, KeyFile);
        (await _cli.TypeAsync("backup", Path.Combine(elsewhere.Path, "backup"))).ShouldEndWith(0);
        Directory.EnumerateFiles(Path.Combine(elsewhere.Path, "backup"), "secrets.key", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sealed_value_that_was_moved_to_another_name_opens_no_more()
    {
        await SetAsync("OTHER", Value);
        await using (var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, CancellationToken.None))
        {
            var other = (await store.ListSecretsAsync(CancellationToken.None)).ShouldHaveSingleItem();
            await store.SetSecretAsync(other with { Name = "API_KEY" }, CancellationToken.None);
        }

        Ask("secrets: [API_KEY]", "true");

        (await _cli.TypeAsync("run")).ShouldEndWith(3);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private void Spoil(string how)
    {
        switch (how)
        {
            case "gone":
                File.Delete(KeyFile);
                break;
            case "open":
                File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
                break;
            case "other":
                File.WriteAllText(KeyFile, $"k00000000 {Convert.ToBase64String(new byte[32])}\n");
                break;
            case "foreign":
                File.WriteAllText(KeyFile, "hello\n");
                break;
            case "strange":
                using (var chown = Process.Start("chown", ["65534", KeyFile]))
                {
                    chown.WaitForExit();
                }

                break;
        }
    }

    private string KeyFile => Path.Combine(_cli.Data, "secrets.key");

    private Task<CliAnswer> SetAsync(string name, string value, params string[] options)
    {
        _cli.Input = Encoding.UTF8.GetBytes(value);
        return _cli.TypeAsync(["secret", "set", name, .. options]);
    }

    private void Ask(string secrets, string script)
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("    sweep:", $"    {secrets}\n    sweep:", StringComparison.Ordinal));
        _repository.Write("train.sh", script);
        _repository.Commit("Ask for a secret");
    }

    private async Task ShouldBeNowhereAsync(string value)
    {
        foreach (var file in Directory.EnumerateFiles(_cli.Data, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/workspaces/", StringComparison.Ordinal)))
        {
            (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(value)).ShouldBe(-1, file);
        }
    }
}
