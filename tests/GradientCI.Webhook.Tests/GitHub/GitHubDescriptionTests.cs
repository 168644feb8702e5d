using System.Text;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>The validator finds what it is there to find.</summary>
public sealed class GitHubDescriptionTests
{
    private const string Sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    [Theory]
    [InlineData("""{"description":"d"}""", "body.state is missing")]
    [InlineData("""{"state":"passed"}""", "body.state is passed, not one of")]
    [InlineData("""{"state":7}""", "body.state is Number, not string")]
    [InlineData("""{"state":null}""", "body.state is null")]
    [InlineData("""{"state":"success","colour":"green"}""", "body.colour is not known")]
    [InlineData("""["success"]""", "body is Array, not object")]
    public void A_wrong_body_is_found(string body, string fault) => FaultsOf("POST", $"/repos/acme/digits/statuses/{Sha}", body)[0].ShouldStartWith(fault);

    [Fact]
    public void A_right_body_is_left_alone() =>
        FaultsOf("POST", $"/repos/acme/digits/statuses/{Sha}", """{"state":"success","description":"d","context":"c","target_url":null}""").ShouldBeEmpty();

    [Fact]
    public void A_description_that_is_too_long_is_found() =>
        FaultsOf("POST", $"/repos/acme/digits/statuses/{Sha}", $$"""{"state":"success","description":"{{new string('x', 141)}}"}""")[0].ShouldBe("body.description is longer than 140");

    [Theory]
    [InlineData("PATCH", "/repos/acme/digits/issues/comments/abc", """{"body":"b"}""", "comment_id is String, not integer")]
    [InlineData("POST", "/repos/acme/digits/statuses/main", """{"state":"success"}""", "sha is not like")]
    [InlineData("POST", "/repos/acme/digits/issues/7/comments", null, "no body")]
    [InlineData("GET", "/user", "{}", "a body, but none is described")]
    public void A_wrong_call_is_found(string method, string path, string? body, string fault) => FaultsOf(method, path, body)[0].ShouldStartWith(fault);

    [Theory]
    [InlineData("POST", "/repos/acme/digits/labels")]
    [InlineData("DELETE", "/repos/acme/digits")]
    public void What_is_not_in_use_is_no_operation(string method, string path) => GitHubDescription.Instance.Find(method, path).ShouldBeNull();

    [Theory]
    [InlineData(201, """{"id":1}""", "is missing")]
    [InlineData(200, "{}", "answers 200, which is not described")]
    public void A_wrong_answer_is_found(int status, string body, string fault)
    {
        var operation = GitHubDescription.Instance.Find("POST", $"/repos/acme/digits/statuses/{Sha}").ShouldNotBeNull();

        GitHubDescription.Instance.FindFaults(operation, status, Encoding.UTF8.GetBytes(body)).First().ShouldContain(fault);
    }

    private static List<string> FaultsOf(string method, string path, string? body)
    {
        var operation = GitHubDescription.Instance.Find(method, path).ShouldNotBeNull();
        return [.. GitHubDescription.Instance.FindFaults(operation, [], body is null ? null : Encoding.UTF8.GetBytes(body)).Select(fault => fault[(operation.Id.Length + 2)..])];
    }
}
