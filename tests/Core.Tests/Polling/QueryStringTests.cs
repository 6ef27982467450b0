using System.Globalization;
using Xunit;

namespace PollHttp.Core.Tests;

public class QueryStringTests
{
    private static string Of(params (string, object?)[] pairs) =>
        QueryString.FromDictionary(pairs.Select(p => KeyValuePair.Create(p.Item1, p.Item2)));

    [Theory]
    [InlineData("http://a.test", "http://a.test?q=x%20%26%3D%C3%A9")]
    [InlineData("http://a.test/p", "http://a.test/p?q=x%20%26%3D%C3%A9")]
    [InlineData("p?", "p?q=x%20%26%3D%C3%A9")]
    [InlineData("?a=1", "?a=1&q=x%20%26%3D%C3%A9")]
    [InlineData("p?a=1&", "p?a=1&q=x%20%26%3D%C3%A9")]
    [InlineData("p?a=%2F+b", "p?a=%2F+b&q=x%20%26%3D%C3%A9")]
    [InlineData("p#f?g", "p?q=x%20%26%3D%C3%A9#f?g")]
    [InlineData("p?a#f", "p?a&q=x%20%26%3D%C3%A9#f")]
    [InlineData("", "?q=x%20%26%3D%C3%A9")]
    public void A_pair_is_added_to_the_query_before_the_fragment(string address, string expected) =>
        Assert.Equal(expected, QueryString.Add(address, "q", "x &=\u00e9"));

    [Fact]
    public void Pairs_are_added_as_they_are_joined()
    {
        Assert.Equal("/p?a=1&b=2&b=3&c", QueryString.Add("/p", [new("a", 1), new("b", new[] { 2, 3 }), new("c", null)]));
        Assert.Equal("/p?x#f", QueryString.Add("/p?x#f", []));
    }

    [Fact]
    public void Pairs_are_joined_in_order() => Assert.Equal("b=2&a=1", Of(("b", 2), ("a", "1")));

    [Fact]
    public void Nothing_gives_nothing() => Assert.Equal("", Of());

    [Fact]
    public void A_null_value_gives_the_name_alone() => Assert.Equal("single&multi=1", Of(("single", null), ("multi", 1)));

    [Fact]
    public void A_sequence_repeats_the_name() => Assert.Equal("m=1&m=2&m=x&m", Of(("m", new object?[] { 1, 2, "x", null })));

    [Fact]
    public void An_empty_sequence_gives_nothing() => Assert.Equal("a=1", Of(("m", Array.Empty<int>()), ("a", 1)));

    [Fact]
    public void A_string_is_not_a_sequence() => Assert.Equal("s=abc", Of(("s", "abc")));

    [Fact]
    public void Unreserved_characters_are_kept_and_all_others_encoded_as_UTF8() =>
        Assert.Equal("a%20b=-._~%2B%26%3D%2F%3F%C3%A4%E2%82%AC", Of(("a b", "-._~+&=/?ä€")));

    [Fact]
    public void Numbers_and_dates_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal("d=1.5&n=-3&t=true", Of(("d", 1.5), ("n", -3), ("t", true)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_null_dictionary_is_refused() =>
        Assert.Throws<ArgumentNullException>(() => QueryString.FromDictionary(null!));
}
