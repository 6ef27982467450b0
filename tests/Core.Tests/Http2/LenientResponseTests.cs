using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What is accepted of responses where a setting says so; <see cref="ResponseRuleTests"/> has what becomes of it otherwise.</summary>
public sealed class LenientResponseTests
{
    private static Http2Driver Receive(Leniency leniency, params Http2Frame[] frames)
    {
        Http2Driver driver = Http2Driver.Open(leniency);
        driver.Receive(frames);
        return driver;
    }

    private static string FieldOf(Http2Driver driver, string name) =>
        driver.Http.GetResponseHead(new(1)).Headers.TryGetValue(name, out string? value) ? value : "none";

    [Theory, Trait("rule", "R2-108")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Upper_case_is_accepted_in_names_and_nothing_else(string refused)
    {
        Http2Driver driver = Receive(Leniency.UpperCaseNames, Http2Frame.Headers(1, true, (":status", "200"), ("X-Name", "v")));
        Assert.Equal("head 200; end", driver.Log);
        Assert.Equal("v", FieldOf(driver, "x-name"));
        driver.Finish();
        Assert.Equal("fault MalformedField 1", Receive(Leniency.UpperCaseNames, Http2Frame.Headers(1, true, (":status", "200"), (refused, "v"))).Log);
    }

    [Fact, Trait("rule", "R2-109")]
    public void Blanks_at_the_ends_of_a_value_are_removed()
    {
        Http2Driver driver = Receive(Leniency.PaddedValues, Http2Frame.Headers(1, true, (":status", "200"), ("x-name", " \ta b\t ")));
        Assert.Equal("head 200; end", driver.Log);
        Assert.Equal("a b", FieldOf(driver, "x-name"));
        driver.Finish();
        Assert.Equal("fault MalformedField 1", Receive(Leniency.PaddedValues, Http2Frame.Headers(1, true, (":status", "200"), ("x-name", "a\rb"))).Log);
    }

    [Theory, Trait("rule", "R2-109")]
    [InlineData("a\0b", "a b")]
    [InlineData("a\r\nb", "a  b")]
    [InlineData("\n a\u0001b\0\t", "a\u0001b")]
    public void NUL_CR_and_LF_in_a_value_become_spaces(string value, string expected)
    {
        Http2Driver driver = Receive(Leniency.ControlCharacters | Leniency.PaddedValues, Http2Frame.Headers(1, true, (":status", "200"), ("x-name", value)));
        Assert.Equal("head 200; end", driver.Log);
        Assert.Equal(expected, FieldOf(driver, "x-name"));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-110")]
    public void Fields_of_a_connection_are_handed_on_and_frame_nothing()
    {
        Http2Driver driver = Receive(
            Leniency.ConnectionFields,
            Http2Frame.Headers(1, false, (":status", "200"), ("transfer-encoding", "chunked"), ("connection", "close"), ("content-length", "2")),
            Http2Frame.Data(1, "ab", true));
        Assert.Equal("head 200; body ab; end", driver.Log);
        Assert.Equal("chunked", FieldOf(driver, "transfer-encoding"));
        Assert.Equal(CloseReasons.None, driver.Http.CloseReasons);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-115")]
    public void Switch_of_protocols_is_skipped()
    {
        Http2Driver driver = Receive(
            Leniency.UnofferedSwitch, Http2Frame.Headers(1, false, (":status", "101"), ("x", "y")), Http2Frame.Headers(1, true, (":status", "200")));
        Assert.Equal("head 200; end", driver.Log);
        driver.Finish();
        Assert.Equal("fault MalformedResponse 1", Receive(Leniency.UnofferedSwitch, Http2Frame.Headers(1, true, (":status", "101"))).Log);
    }

    [Fact, Trait("rule", "R2-116")]
    public void Trailers_are_handed_on_whatever_they_are()
    {
        Http2Driver driver = Receive(
            Leniency.AnyTrailers, Http2Frame.Headers(1, false, (":status", "200")), Http2Frame.Headers(1, true, ("t", "v"), ("content-length", "7")));
        Assert.Equal("head 200; end [t: v] [content-length: 7]", driver.Log);
        driver.Finish();
    }
}
