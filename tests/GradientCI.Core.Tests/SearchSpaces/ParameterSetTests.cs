using System.Text.Json;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.SearchSpaces;

public sealed class ParameterSetTests
{
    [Fact]
    public void Sets_are_equal_whatever_their_order()
    {
        var one = Some.Set(("a", ParameterValue.Of(1)), ("b", ParameterValue.Of("x")));
        var other = Some.Set(("b", ParameterValue.Of("x")), ("a", ParameterValue.Of(1)));

        one.Equals(other).ShouldBeTrue();
        one.GetHashCode().ShouldBe(other.GetHashCode());
        one.ToCanonicalJson().ShouldBe("""{"a":1,"b":"x"}""");
        other.ToJson().ShouldBe("""{"b":"x","a":1}""");
    }

    [Fact]
    public void A_later_pair_replaces_an_earlier_one_in_place()
    {
        var set = Some.Set(("a", ParameterValue.Of(1)), ("b", ParameterValue.Of(2))).With([KeyValuePair.Create("a", ParameterValue.Of(3))]);

        set.ToString().ShouldBe("a=3, b=2");
    }

    [Fact]
    public void A_float_of_one_is_not_an_integer_of_one()
    {
        Some.Set(("a", ParameterValue.Of(1.0))).ToJson().ShouldBe("""{"a":1.0}""");
        Some.Set(("a", ParameterValue.Of(1.0))).Equals(Some.Set(("a", ParameterValue.Of(1)))).ShouldBeFalse();
    }

    [Fact]
    public void Random_sets_survive_JSON()
    {
        var random = new Random(4);
        for (var at = 0; at < 2_000; at++)
        {
            var set = new ParameterSet(Enumerable.Range(0, random.Next(0, 6)).Select(index => KeyValuePair.Create($"p{index}\"\\ü\u2028", RandomValue(random))));

            var back = SpecJson.DeserializeParameters(set.ToJson());

            back.Equals(set).ShouldBeTrue();
            back.Select(item => item.Value.Kind).ShouldBe(set.Select(item => item.Value.Kind));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":[1]}""")]
    [InlineData("{")]
    public void What_is_no_set_is_refused(string json) => Should.Throw<JsonException>(() => SpecJson.DeserializeParameters(json));

    private static ParameterValue RandomValue(Random random) => random.Next(4) switch
    {
        0 => ParameterValue.Of(random.NextInt64(long.MinValue, long.MaxValue)),
        1 => ParameterValue.Of(random.NextDouble() * Math.Pow(10, random.Next(-300, 300))),
        2 => ParameterValue.Of(random.Next(2) == 0),
        _ => ParameterValue.Of(new string([.. Enumerable.Range(0, random.Next(5)).Select(_ => (char)random.Next(1, 0xD7FF))])),
    };
}
