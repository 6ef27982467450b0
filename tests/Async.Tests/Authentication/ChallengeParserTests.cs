using Xunit;

namespace PollHttp.Tests;

[Trait("rule", "R-193")]
public sealed class ChallengeParserTests
{
    [Theory]
    [InlineData("Basic realm=\"a\"", "Basic realm=a")]
    [InlineData("Basic", "Basic")]
    [InlineData("Negotiate", "Negotiate")]
    [InlineData("Negotiate YII=", "Negotiate YII=")]
    [InlineData("NTLM TlRMTVNTUA==, Basic realm=x", "NTLM TlRMTVNTUA==|Basic realm=x")]
    [InlineData("Negotiate, NTLM,, Basic realm=\"a, b=\\\"c\\\"\" , charset = \"UTF-8\"", "Negotiate|NTLM|Basic realm=a, b=\"c\" charset=UTF-8")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth, auth-int\", stale=true, Basic realm=\"x\"", "Digest realm=r nonce=n qop=auth, auth-int stale=true|Basic realm=x")]
    [InlineData("Digest realm=a,Newauth realm=\"b\",x=y, z", "Digest realm=a|Newauth realm=b x=y|z")]
    [InlineData(", , Basic realm=a, ,", "Basic realm=a")]
    [InlineData("Bearer abc.def-_~+/", "Bearer abc.def-_~+/")]
    [InlineData("", "")]
    public void Challenges_are_told_from_parameters(string line, string expected) => Assert.Equal(expected, Show([line]));

    [Theory]
    [InlineData("Basic realm=\"unterminated")]
    [InlineData("Basic realm=\"a\" b")]
    [InlineData("Basic realm=")]
    [InlineData("Basic =x")]
    [InlineData("Basic realm=\"a\\")]
    [InlineData("@@@")]
    [InlineData("Basic\trealm=a")]
    [InlineData("Basic realm=a b=c")]
    public void A_malformed_line_has_no_challenge(string line)
    {
        string shown = Show([line]);
        Assert.DoesNotContain("realm=\"", shown, StringComparison.Ordinal);
        Assert.True(shown is "" or "Basic realm=", shown);
    }

    [Fact]
    public void Lines_follow_each_other_and_a_bad_one_spoils_only_itself() =>
        Assert.Equal("Negotiate|Basic realm=x", Show(["Negotiate", "Digest realm=\"", "Basic realm=x"]));

    [Fact]
    public void Any_text_at_all_is_survived()
    {
        Random random = new(5);
        const string Alphabet = "aB=\", \\;/\t-\u00e9\0";
        for (int i = 0; i < 20_000; i++)
        {
            string line = new([.. Enumerable.Range(0, random.Next(20)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            Assert.All(ChallengeParser.Parse([line]), c => Assert.NotEmpty(c.Scheme));
        }
    }

    private static string Show(string[] lines) => string.Join(
        '|',
        ChallengeParser.Parse(lines).Select(c => string.Join(
            ' ', new[] { c.Scheme, c.Token }.Concat(c.Parameters.Select(p => $"{p.Key}={p.Value}")).Where(s => s is not null))));
}
