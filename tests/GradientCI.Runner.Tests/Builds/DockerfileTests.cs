using GradientCI.Runner.Builds;

namespace GradientCI.Runner.Tests.Builds;

public sealed class DockerfileTests
{
    [Theory]
    [InlineData("FROM a\nADD http://169.254.169.254/latest /x\n")]
    [InlineData("FROM a\n  add --chown=1 https://example.org/a /x")]
    [InlineData("FROM a\nONBUILD ADD http://example.org/a /x\n")]
    [InlineData("FROM a\nADD \\\n  http://example.org/a /x\n")]
    [InlineData("FROM a\nAD\\\nD htt\\  \n# between\n\np://example.org/a /x\n")]
    [InlineData("# escape=`\nFROM a\nADD `\r\nhttp://example.org/a /x\n")]
    [InlineData("FROM a\nRUN x=`date`\nADD \\\nhttp://example.org/a /x\n")]
    [InlineData("FROM a\nRUN echo \\\\\nADD http://example.org/a /x\n")]
    [InlineData("FROM a\nARG URL=http://example.org/a\nADD $URL /x\n")]
    [InlineData("FROM a\nADD [\"\\u0068ttp://example.org/a\", \"/x\"]\n")]
    [InlineData("FROM a\nADD[\"http://example.org/a\", \"/x\"]\n")]
    [InlineData("FROM a\nADD ht\"tp:\"//example.org/a /x\n")]
    [InlineData("FROM a\nADD http\\://example.org/a /x\n")]
    public void What_the_Engine_would_fetch_by_itself_is_refused(string text) =>
        Dockerfile.FindProblem(text).ShouldNotBeNull().ShouldContain("ADD of an address");

    [Theory]
    [InlineData("FROM a\nADD . /app\nADD data.tar.gz /data/\n")]
    [InlineData("FROM a\n# ADD http://example.org/a /x\nRUN curl http://example.org/$X\n")]
    [InlineData("FROM a\nCOPY a \\\n  b \\\n  /app/\n")]
    [InlineData("FROM a\nADD a \\\n  b \\\n  /app/\n")]
    [InlineData("FROM a\nADDED=1\nADDRESS http://example.org\n")]
    public void What_comes_from_the_commit_or_is_done_in_a_container_is_not(string text) =>
        Dockerfile.FindProblem(text).ShouldBeNull();
}
