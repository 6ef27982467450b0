using System.Text;
using System.Text.Json.Serialization;
using Xunit;

namespace PollHttp.Tests;

public sealed partial class RequestContentTests
{
    [Fact]
    public async Task Json_is_compact_UTF_8_with_its_length_and_type()
    {
        RequestContent content = RequestContent.FromJson(new Point(1, "ö"), PointContext.Default.Point);

        Assert.Equal("""{"X":1,"Label":"\u00F6"}""", await ReadAsync(content));
        Assert.Equal(24, content.Length);
        Assert.Equal("application/json; charset=utf-8", content.ContentType);
    }

    [Fact]
    public async Task Json_is_of_the_moment_it_was_made()
    {
        var list = new List<int> { 1 };
        RequestContent content = RequestContent.FromJson(list, PointContext.Default.ListInt32);
        list.Add(2);

        Assert.Equal("[1]", await ReadAsync(content));
    }

    [Theory]
    [InlineData("a b", "a+b")]
    [InlineData("a+b", "a%2Bb")]
    [InlineData("100%20", "100%2520")]
    [InlineData("x&y=z", "x%26y%3Dz")]
    [InlineData("ö\r\n", "%C3%B6%0D%0A")]
    [InlineData(null, "")]
    public async Task Form_value_is_encoded(string? value, string expected) =>
        Assert.Equal("k=" + expected, await ReadAsync(RequestContent.FromForm([new("k", value)])));

    [Fact]
    public async Task Form_keeps_order_and_repeated_names()
    {
        RequestContent content = RequestContent.FromForm([new("b", "1"), new("a b", "2"), new("b", "3")]);

        Assert.Equal("b=1&a+b=2&b=3", await ReadAsync(content));
        Assert.Equal("application/x-www-form-urlencoded", content.ContentType);
    }

    [Fact]
    public async Task Json_and_form_give_the_same_bytes_again()
    {
        foreach (RequestContent content in new[] { RequestContent.FromForm([new("a", "1")]), RequestContent.FromJson([7], PointContext.Default.ListInt32) })
        {
            Assert.True(content.IsReplayable);
            Assert.Equal(await ReadAsync(content), await ReadAsync(content));
        }
    }

    private static async Task<string> ReadAsync(RequestContent content)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    internal sealed record Point(int X, string Label);

    [JsonSerializable(typeof(Point))]
    [JsonSerializable(typeof(List<int>))]
    internal sealed partial class PointContext : JsonSerializerContext;
}
