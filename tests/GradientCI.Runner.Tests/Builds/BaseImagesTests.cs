using System.Collections.Immutable;
using GradientCI.Runner.Builds;

namespace GradientCI.Runner.Tests.Builds;

public sealed class BaseImagesTests
{
    private static readonly Dictionary<string, string> NoArguments = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("FROM a\n", "a")]
    [InlineData("from a:1 as first\nFROM first\nFROM b@sha256:00 AS second\n", "a:1 b@sha256:00")]
    [InlineData("ARG BASE=a\nARG TAG=\"1\"\nFROM --platform=linux/amd64 ${BASE}:$TAG\n", "a:1")]
    [InlineData("FROM scratch\nARG BASE=b\nFROM \\\n  a\n", "a")]
    [InlineData("# FROM c\nFROM a\nRUN echo FROM b\n", "a")]
    [InlineData("FROM a\nRUN x \\\\\nFROM b\n", "a b")]
    [InlineData("# escape=`\nFROM `\n  a\nRUN x\n", "a")]
    public void They_are_found_however_the_file_is_read(string text, string images) =>
        Found(text).ShouldBe(images.Split(' '), ignoreOrder: true);

    [Fact]
    public void A_builds_arguments_come_before_what_the_file_says() =>
        BaseImages.Of("ARG BASE=a\nFROM $BASE\n", new Dictionary<string, string>(StringComparer.Ordinal) { ["BASE"] = "b" }).ShouldBe(["b"]);

    [Theory]
    [InlineData("FROM $NAME\n")]
    [InlineData("ARG NAME\nFROM $NAME\n")]
    [InlineData("FROM ${NAME:-a}\n")]
    [InlineData("ARG A=b\nARG NAME=$A\nFROM $NAME\n")]
    [InlineData("FROM \"a\"\n")]
    [InlineData("FROM a b\n")]
    [InlineData("FROM a\nARG NAME=b\nFROM $NAME\n")]
    public void One_that_cannot_be_told_is_refused(string text) =>
        Should.Throw<GradientException>(() => Found(text)).Message.ShouldStartWith("The base image of the Dockerfile cannot be told from: ");

    private static ImmutableArray<string> Found(string text) => BaseImages.Of(text, NoArguments);
}
